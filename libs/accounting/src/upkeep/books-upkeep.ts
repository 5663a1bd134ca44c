import { Tenancy } from '@finvera/tenancy';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { KeepBooks } from './keep-books.js';
import { TellNews } from './tell-news.js';

/** After a change, so that many changes are kept at once. */
const PAUSE_MS = 1_000;

/** Sees to a company's books shortly after they changed, beside whoever changed them; at most once at a time in a process. */
@Injectable()
export class BooksUpkeep implements OnApplicationShutdown {
  private readonly logger = new Logger(BooksUpkeep.name);
  /** by company; undefined while the work is under way */
  private readonly due = new Map<string, NodeJS.Timeout | undefined>();
  /** companies that changed while the work was under way */
  private readonly again = new Set<string>();

  constructor(
    private readonly tenancy: Tenancy,
    private readonly tellNews: TellNews,
  ) {}

  /** Something of the company was committed. */
  changed(tenantId: string): void {
    if (!this.due.has(tenantId)) this.schedule(tenantId);
    else if (this.due.get(tenantId) === undefined) this.again.add(tenantId);
  }

  onApplicationShutdown(): void {
    for (const timer of this.due.values()) clearTimeout(timer);
    this.due.clear();
  }

  private schedule(tenantId: string): void {
    this.due.set(tenantId, setTimeout(() => void this.work(tenantId), PAUSE_MS).unref());
  }

  private async work(tenantId: string): Promise<void> {
    this.due.set(tenantId, undefined);
    try {
      const news = await this.tenancy.run(tenantId, async (scope) => (await scope.get(KeepBooks)).run());
      this.tellNews.begin(tenantId, news);
    } catch (error) {
      // whoever comes next takes it up; a company that was suspended, moved or deleted meanwhile needs nothing
      this.logger.debug({ msg: 'books were not kept', tenant_id: tenantId, err: error });
    }
    this.due.delete(tenantId);
    if (this.again.delete(tenantId)) this.schedule(tenantId);
  }
}
