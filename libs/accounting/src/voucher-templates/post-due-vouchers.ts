import { type Actor, DomainError, systemActor, todayIn } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { PostDraft } from '../vouchers/post-draft.js';
import { PostVouchers } from '../vouchers/post-vouchers.js';
import { nextDate, voucherOf } from './manage-voucher-templates.js';
import type { DueFailureDto, DueRunDto } from './voucher-template.dto.js';
import { VoucherTemplate } from './voucher-template.entity.js';

/** Vouchers of one run, so that it ends. */
const RUN_MAX = 500;

const DUE_TEMPLATES = `SELECT id FROM voucher_templates
  WHERE next_date <= ? AND is_active = 1 ORDER BY next_date, id LIMIT ?`;

const DUE_DRAFTS = `SELECT v.id, v.date FROM post_dated_vouchers p JOIN vouchers v ON v.id = p.voucher_id
  WHERE v.date <= ? AND v.status = 'draft' ORDER BY v.date, v.id LIMIT ?`;

/**
 * Posts what is due: recurring vouchers of all dates that have come, and post-dated ones. Each in a transaction of its
 * own; one that is refused stays due, with the reason beside it, and holds up no other. Running it twice is running it
 * once, also at the same moment: a schedule calls it for each company, `systemActor` acting.
 */
@Injectable()
export class PostDueVouchers {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly vouchers: PostVouchers,
    private readonly postDraft: PostDraft,
  ) {}

  /** @param until a later day than today counts as today */
  async run({
    until,
    actor = systemActor('due-vouchers'),
  }: {
    until?: string;
    actor?: Actor;
  } = {}): Promise<DueRunDto> {
    const today = todayIn((await this.settings.get()).timeZone);
    const day = until !== undefined && until < today ? until : today;
    const run: DueRunDto = { until: day, recurred: [], posted: [], submitted: [], failed: [], more: false };
    const templates: { id: string }[] = await this.dataSource.query(DUE_TEMPLATES, [day, RUN_MAX]);
    for (const { id } of templates) await this.recur(id, day, run, actor);
    const drafts: { id: string; date: string }[] = await this.dataSource.query(DUE_DRAFTS, [day, RUN_MAX]);
    for (const draft of drafts) await this.post(draft, run, actor);
    run.more ||= templates.length === RUN_MAX || drafts.length === RUN_MAX;
    return run;
  }

  /** All occurrences of a template that are due. */
  private async recur(id: string, day: string, run: DueRunDto, actor: Actor): Promise<void> {
    for (; run.recurred.length < RUN_MAX; ) {
      let date = day;
      try {
        const made = await this.transaction.run(async (tx) => {
          const template = await tx.findOne(VoucherTemplate, { where: { id }, lock: { mode: 'pessimistic_write' } });
          if (!template?.isActive || template.nextDate === null || template.nextDate > day) return null;
          date = template.nextDate;
          return this.make(tx, template, actor);
        });
        if (made === null) return;
        run.recurred.push(made);
      } catch (error) {
        run.failed.push(failure(error, { template_id: id, voucher_id: null, date }));
        await this.note('UPDATE voucher_templates SET last_error = ? WHERE id = ?', error, id);
        return;
      }
    }
    run.more = true;
  }

  private async make(tx: EntityManager, template: VoucherTemplate, actor: Actor): Promise<string> {
    const date = template.nextDate!;
    const body = { ...voucherOf(template), date, status: template.postAs };
    const [voucher] = await this.vouchers.within(tx, [body], { actor, mayOverrideLock: false });
    await tx.query('INSERT INTO voucher_template_runs (template_id, due_date, voucher_id) VALUES (?, ?, ?)', [
      template.id,
      date,
      voucher!.id,
    ]);
    const runs = template.runs + 1;
    await tx.update(VoucherTemplate, template.id, { runs, nextDate: nextDate(template, runs), lastError: null });
    return voucher!.id;
  }

  private async post({ id, date }: { id: string; date: string }, run: DueRunDto, actor: Actor): Promise<void> {
    try {
      const { status } = await this.postDraft.post(id, {}, { actor, mayOverrideLock: false });
      (status === 'submitted' ? run.submitted : run.posted).push(id);
    } catch (error) {
      // somebody else posted or deleted it a moment earlier
      if (error instanceof DomainError && ['voucher_not_draft', 'voucher_not_found'].includes(error.code)) return;
      run.failed.push(failure(error, { template_id: null, voucher_id: id, date }));
      await this.note('UPDATE post_dated_vouchers SET last_error = ? WHERE voucher_id = ?', error, id);
    }
  }

  private async note(statement: string, error: unknown, id: string): Promise<void> {
    await this.dataSource.query(statement, [[...(error as Error).message].slice(0, 500).join(''), id]);
  }
}

/** What a rule refused is told; anything else ends the run. */
function failure(error: unknown, about: Pick<DueFailureDto, 'template_id' | 'voucher_id' | 'date'>): DueFailureDto {
  if (!(error instanceof DomainError) || error.status >= 500) throw error;
  return { ...about, code: error.code, error: error.message };
}
