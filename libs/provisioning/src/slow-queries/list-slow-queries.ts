import { offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { type SlowQuery, SlowQueryLog } from './slow-query-log.js';

const SORTABLE = ['at', 'duration_ms', 'waited_ms', 'rows'] as const;

/** The recent slow statements of a company, a page at a time. */
@Injectable()
export class ListSlowQueries {
  constructor(private readonly log: SlowQueryLog) {}

  /** Searches statement and request ids; newest first when nothing else is asked for. */
  async list(tenantId: string, query: PageQuery): Promise<{ queries: SlowQuery[]; total: number; shared: boolean }> {
    const { field, direction } = parseSort(query.sort, SORTABLE, { field: 'at', direction: 'DESC' });
    const { queries, shared } = await this.log.of(tenantId);
    const wanted = query.search?.trim().toLowerCase() ?? '';
    const found = queries.filter(({ statement, request_ids }) =>
      [statement, ...request_ids].some((text) => text.toLowerCase().includes(wanted)),
    );
    const sign = direction === 'ASC' ? 1 : -1;
    found.sort((a, b) =>
      (a[field] ?? -1) < (b[field] ?? -1) ? -sign : (a[field] ?? -1) > (b[field] ?? -1) ? sign : 0,
    );
    return { queries: found.slice(offsetOf(query), offsetOf(query) + query.limit), total: found.length, shared };
  }
}
