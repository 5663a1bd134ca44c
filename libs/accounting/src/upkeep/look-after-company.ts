import { WatchedCompanies, WebhookConfig } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { KeepBooks } from './keep-books.js';
import { TellNews } from './tell-news.js';

/** Old deliveries that one look removes. */
const REMOVED_MAX = 1_000;

const WAITED_FOR = `SELECT EXISTS (SELECT 1 FROM webhook_endpoints)
  OR EXISTS (SELECT 1 FROM balance_alert_rules WHERE is_active = 1) AS waited_for`;
const REMOVE_OLD = `DELETE FROM webhook_deliveries
  WHERE created_at < DATE_SUB(CURRENT_TIMESTAMP(6), INTERVAL ? DAY) ORDER BY created_at LIMIT ${REMOVED_MAX}`;

/** What is done by the minute in a company that is watched: what a process that died left is taken up, what failed is tried again. */
@Injectable()
export class LookAfterCompany {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly keepBooks: KeepBooks,
    private readonly tellNews: TellNews,
    private readonly watched: WatchedCompanies,
    private readonly config: WebhookConfig,
  ) {}

  async run(): Promise<{ endpoints_due: number; deliveries_removed: number }> {
    const { tenantId } = this.dataSource;
    const news = await this.keepBooks.run();
    this.tellNews.begin(tenantId, news);
    const { affectedRows }: { affectedRows: number } = await this.dataSource.query(REMOVE_OLD, [
      this.config.WEBHOOK_KEEP_DAYS,
    ]);
    const [{ waited_for }] = await this.dataSource.query(WAITED_FOR);
    if (Number(waited_for) === 0) await this.watched.leave(tenantId);
    return { endpoints_due: news.endpoints.length, deliveries_removed: affectedRows };
  }
}
