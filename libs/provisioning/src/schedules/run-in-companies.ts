import { Tenancy } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { CompanySchedule } from './company-schedule.js';

const PAGE = 500;

const COMPANIES = `SELECT id FROM tenant_master
  WHERE status = 'active' AND db_provisioned = 1 AND read_only_since IS NULL AND id > ? ORDER BY id LIMIT ?`;
const WATCHED = `SELECT t.id FROM watched_companies w JOIN tenant_master t ON t.id = w.tenant_id
  WHERE t.status = 'active' AND t.db_provisioned = 1 AND t.read_only_since IS NULL AND w.tenant_id > ?
  ORDER BY w.tenant_id LIMIT ?`;
/** Few: those who wait for an answer come first. */
const COMPANIES_AT_ONCE = 4;

/** Does a company schedule's work in every company that may be written, one after the other. */
@Injectable()
export class RunInCompanies {
  private readonly logger = new Logger(RunInCompanies.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * A company where it fails is logged and holds up no other; the next round comes to it again.
   * @param signal ends it after the companies that are being worked on, by throwing
   */
  async run(schedule: CompanySchedule, signal: AbortSignal): Promise<Record<string, number>> {
    const total: Record<string, number> = { companies: 0, companies_failed: 0 };
    const companies = this.companies(schedule.watchedOnly ? WATCHED : COMPANIES);
    const work = async () => {
      for await (const id of companies) {
        if (signal.aborted) return;
        await this.workIn(id, schedule, total);
      }
    };
    await Promise.all(Array.from({ length: COMPANIES_AT_ONCE }, work)); // all take from one: each company is given out once
    signal.throwIfAborted();
    return total;
  }

  private async workIn(id: string, schedule: CompanySchedule, total: Record<string, number>): Promise<void> {
    try {
      const figures = await this.tenancy.run(id, (scope) => schedule.run(scope));
      total.companies! += 1;
      for (const [name, figure] of Object.entries(figures)) total[name] = (total[name] ?? 0) + figure;
    } catch (error) {
      total.companies_failed! += 1;
      this.logger.warn({ msg: 'schedule failed in a company', schedule: schedule.name, tenant_id: id, err: error });
    }
  }

  private async *companies(select: string): AsyncGenerator<string> {
    for (let last = ''; ; ) {
      const page: { id: string }[] = await this.master.query(select, [last, PAGE]);
      for (const { id } of page) yield id;
      if (page.length < PAGE) return;
      last = page.at(-1)!.id;
    }
  }
}
