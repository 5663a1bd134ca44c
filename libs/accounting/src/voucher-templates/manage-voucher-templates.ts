import { type Actor, type IdempotencyRequest, malformed, newId, readJson, todayIn } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { CompanyRecords, type RecordKind, readRecord } from '../records/company-records.js';
import { PostVouchers } from '../vouchers/post-vouchers.js';
import { prepareVouchers } from '../vouchers/prepare-vouchers.js';
import type { VoucherDto } from '../vouchers/voucher.dto.js';
import { occurrence } from './occurrences.js';
import type {
  CreateVoucherTemplateDto,
  ScheduleDto,
  TemplateVoucherDto,
  UpdateVoucherTemplateDto,
  UseTemplateDto,
  VoucherTemplateDto,
} from './voucher-template.dto.js';
import { VoucherTemplate } from './voucher-template.entity.js';

/** Bytes of a template's voucher. */
const VOUCHER_BYTES_MAX = 200_000;

export const VOUCHER_TEMPLATE: RecordKind<VoucherTemplate, VoucherTemplateDto> = {
  entity: VoucherTemplate,
  type: 'voucher_template',
  what: 'voucher template',
  nameKey: 'voucher_templates_name',
  toDto,
};

/** Templates of vouchers, by hand or by schedule. */
@Injectable()
export class ManageVoucherTemplates {
  constructor(
    private readonly records: CompanyRecords,
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly vouchers: PostVouchers,
  ) {}

  /** @throws DomainError 400; 409 `voucher_template_name_taken`; 422 what posting the voucher would refuse */
  create(body: CreateVoucherTemplateDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<VoucherTemplateDto> {
    const row = async (tx: EntityManager) => {
      await this.assertGood(tx, body.voucher, actor);
      return { id: newId(), name: body.name, voucher: body.voucher, version: 1, ...scheduleColumns(body.schedule ?? null) };
    }; // biome-ignore format: one row
    return this.records.create(VOUCHER_TEMPLATE, row, { actor, idempotency });
  }

  /** @throws DomainError 400; 404; 409 `voucher_template_name_taken`; 412 `stale`; 422 as creation */
  update(
    id: string,
    body: UpdateVoucherTemplateDto,
    ifMatch: string | undefined,
    actor: Actor,
  ): Promise<VoucherTemplateDto> {
    const change = async (tx: EntityManager) => {
      if (body.voucher) await this.assertGood(tx, body.voucher, actor);
      return {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.voucher !== undefined && { voucher: body.voucher }),
        ...(body.schedule !== undefined && scheduleColumns(body.schedule)),
      };
    };
    return this.records.update(VOUCHER_TEMPLATE, id, change as never, { actor, ifMatch });
  }

  /** Its vouchers stay. */
  delete(id: string, actor: Actor): Promise<void> {
    return this.records.delete(VOUCHER_TEMPLATE, id, async () => {}, { actor });
  }

  /** Posts a voucher from the template, beside its schedule. @throws DomainError 404, and what posting refuses */
  use(
    id: string,
    body: UseTemplateDto,
    options: { actor: Actor; mayOverrideLock: boolean; idempotency?: IdempotencyRequest },
  ): Promise<VoucherDto> {
    return this.transaction.run(
      async (tx) => {
        const template = await readRecord(tx, VOUCHER_TEMPLATE, id);
        const { timeZone } = await this.settings.get(tx);
        const voucher = { ...voucherOf(template), date: body.date ?? todayIn(timeZone), status: body.status };
        const [posted] = await this.vouchers.within(
          tx,
          [{ ...voucher, narration: body.narration ?? voucher.narration }],
          options,
        );
        return posted!;
      },
      { idempotency: options.idempotency },
    );
  }

  /** A template that could not be posted today is not stored. */
  private async assertGood(tx: EntityManager, voucher: TemplateVoucherDto, actor: Actor): Promise<void> {
    if (Buffer.byteLength(JSON.stringify(voucher)) > VOUCHER_BYTES_MAX)
      throw malformed(`voucher is larger than ${VOUCHER_BYTES_MAX} bytes`, [
        { field: 'voucher', message: 'is too large' },
      ]);
    const settings = await this.settings.get(tx);
    const today = todayIn(settings.timeZone);
    // the lock says nothing about the days to come
    const open = { ...settings, lockDate: null, closedUntil: null };
    await prepareVouchers(tx, [{ ...voucher, date: [today, settings.booksBegin].sort().at(-1)!, status: 'draft' }], {
      settings: open,
      mayOverrideLock: false,
      actors: actor,
    });
  }
}

function scheduleColumns(schedule: ScheduleDto | null) {
  if (schedule === null)
    return {
      frequency: null,
      every: 1,
      startDate: null,
      endDate: null,
      nextDate: null,
      runs: 0,
      postAs: 'posted' as const,
      isActive: true,
      lastError: null,
    };
  const { start_date: start, end_date: end = null } = schedule;
  if (end !== null && end < start)
    throw malformed(`schedule.end_date ${end} is before ${start}`, [
      { field: 'schedule.end_date', message: `is before ${start}` },
    ]);
  return {
    frequency: schedule.frequency,
    every: schedule.every ?? 1,
    startDate: start,
    endDate: end,
    nextDate: start,
    runs: 0,
    postAs: schedule.post_as ?? ('posted' as const),
    isActive: schedule.is_active ?? true,
    lastError: null,
  };
}

export const voucherOf = ({ voucher }: Pick<VoucherTemplate, 'voucher'>): TemplateVoucherDto =>
  readJson<TemplateVoucherDto>(voucher);

/** The day of the occurrence after those that are done; null when none is to come. */
export function nextDate(template: VoucherTemplate, runs: number): string | null {
  if (template.frequency === null || template.startDate === null) return null;
  const { startDate: start, frequency, every, endDate } = template;
  const next = occurrence({ start, frequency, every }, runs);
  return endDate !== null && next > endDate ? null : next;
}

function toDto(row: VoucherTemplate): VoucherTemplateDto {
  return {
    id: row.id,
    name: row.name,
    voucher: voucherOf(row),
    schedule:
      row.frequency === null
        ? null
        : {
            frequency: row.frequency,
            every: row.every,
            start_date: row.startDate!,
            end_date: row.endDate,
            post_as: row.postAs,
            is_active: row.isActive,
            next_date: row.nextDate,
            runs: row.runs,
            last_error: row.lastError,
          },
    version: row.version,
  };
}
