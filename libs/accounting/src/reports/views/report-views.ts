import {
  assertIfMatch,
  conflict,
  type IdempotencyRequest,
  likePattern,
  newId,
  notFound,
  offsetOf,
  readJson,
  todayIn,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { duplicateKey } from '../../chart/duplicate-key.js';
import { type CompanySettings, CompanySettingsReader } from '../../company/company-settings.js';
import { CompanyTransaction } from '../../company/company-transaction.js';
import { type RelativePeriod, relativePeriod } from './relative-period.js';
import type {
  CreateReportViewDto,
  ListReportViewsQuery,
  ReportViewDto,
  UpdateReportViewDto,
} from './report-view.dto.js';
import { pathOfView } from './view-parameters.js';

/** Owner of the views that everybody in the company has. */
const EVERYBODY = '0';

interface Row {
  id: string;
  name: string;
  owner_id: string;
  report: string;
  parameters: string | Stored;
  version: number;
}

interface Stored {
  values: Record<string, string>;
  period: RelativePeriod | null;
}

const COLUMNS = 'SELECT v.id, v.name, v.owner_id, v.report, v.parameters, v.version FROM report_views v';
const ONE = `${COLUMNS} WHERE v.id = ? AND v.owner_id IN (?)`;
const LIST_WHERE = 'WHERE v.owner_id IN (?) AND (? IS NULL OR v.report = ?) AND (? IS NULL OR v.name LIKE ?)';
const LIST = `${COLUMNS} ${LIST_WHERE} ORDER BY v.name, v.id LIMIT ? OFFSET ?`;
const COUNT = `SELECT COUNT(*) AS total FROM report_views v ${LIST_WHERE}`;

/** Views of reports that were given a name: a user's own, and those of the company. */
@Injectable()
export class ReportViews {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
  ) {}

  /** @param userId whose own views are listed with the company's */
  async list(query: ListReportViewsQuery, userId: string): Promise<{ views: ReportViewDto[]; total: number }> {
    const like = query.search ? likePattern(query.search) : null;
    const report = query.report ?? null;
    const filter = [[EVERYBODY, userId], report, report, like, like];
    const rows: Row[] = await this.dataSource.query(LIST, [...filter, query.limit, offsetOf(query)]);
    const [{ total }] = await this.dataSource.query(COUNT, filter);
    const settings = await this.settings.get();
    return { views: rows.map((row) => toDto(row, settings)), total: Number(total) };
  }

  /** @throws DomainError 404 `report_view_not_found`, also for another user's own */
  async one(id: string, userId: string): Promise<ReportViewDto> {
    return toDto(await find(this.dataSource, id, userId), await this.settings.get());
  }

  /** @throws DomainError 400 for what the report would refuse; 409 `report_view_name_taken` */
  create(body: CreateReportViewDto, userId: string, idempotency?: IdempotencyRequest): Promise<ReportViewDto> {
    return this.transaction.run(
      async (tx) => {
        const settings = await this.settings.get(tx);
        const row: Row = {
          id: newId(),
          name: body.name,
          owner_id: body.shared ? EVERYBODY : userId,
          report: body.report,
          parameters: { values: body.parameters ?? {}, period: body.period ?? null },
          version: 1,
        };
        const view = toDto(row, settings);
        await refuseTaken(row.name, () =>
          tx.query('INSERT INTO report_views (id, name, owner_id, report, parameters) VALUES (?, ?, ?, ?, ?)', [
            row.id, row.name, row.owner_id, row.report, JSON.stringify(row.parameters),
          ]),
        ); // biome-ignore format: one row
        return view;
      },
      { idempotency },
    );
  }

  /** @throws DomainError 400, 404, 409 `report_view_name_taken`, 412 `stale` */
  update(
    id: string,
    body: UpdateReportViewDto,
    { userId, ifMatch }: { userId: string; ifMatch?: string },
  ): Promise<ReportViewDto> {
    return this.transaction.run(async (tx) => {
      const before = await find(tx, id, userId, true);
      assertIfMatch(ifMatch, before.version);
      const stored = storedIn(before);
      const shared = body.shared ?? before.owner_id === EVERYBODY;
      const row: Row = {
        id,
        name: body.name ?? before.name,
        owner_id: shared ? EVERYBODY : userId,
        report: body.report ?? before.report,
        parameters: {
          values: body.parameters ?? stored.values,
          period: body.period === undefined ? stored.period : body.period,
        },
        version: before.version + 1,
      };
      const view = toDto(row, await this.settings.get(tx));
      await refuseTaken(row.name, () =>
        tx.query('UPDATE report_views SET name = ?, owner_id = ?, report = ?, parameters = ?, version = ? WHERE id = ?', [
          row.name, row.owner_id, row.report, JSON.stringify(row.parameters), row.version, id,
        ]),
      ); // biome-ignore format: one row
      return view;
    });
  }

  /** @throws DomainError 404 `report_view_not_found` */
  delete(id: string, userId: string): Promise<void> {
    return this.transaction.run(async (tx) => {
      await find(tx, id, userId, true);
      await tx.query('DELETE FROM report_views WHERE id = ?', [id]);
    });
  }
}

async function find(
  session: Pick<EntityManager, 'query'>,
  id: string,
  userId: string,
  forChange = false,
): Promise<Row> {
  const [row]: Row[] = /^\d{1,19}$/.test(id)
    ? await session.query(`${ONE}${forChange ? ' FOR UPDATE' : ''}`, [id, [EVERYBODY, userId]])
    : [];
  if (!row) throw notFound('report view', id, 'report_view_not_found');
  return row;
}

async function refuseTaken(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (duplicateKey(error) !== 'report_views_name') throw error;
    throw conflict('report_view_name_taken', `There is a report view named ${JSON.stringify(name)} already.`, {
      details: [{ field: 'name', message: 'is taken' }],
    });
  }
}

const storedIn = ({ parameters }: Row): Stored => readJson<Stored>(parameters);

function toDto(row: Row, { timeZone, financialYearStart }: CompanySettings): ReportViewDto {
  const { values, period } = storedIn(row);
  const dates = period && relativePeriod(period, todayIn(timeZone), financialYearStart);
  return {
    id: row.id,
    name: row.name,
    report: row.report,
    parameters: values,
    period,
    shared: row.owner_id === EVERYBODY,
    version: row.version,
    links: { report: pathOfView({ report: row.report, parameters: values, period: dates }) },
  };
}
