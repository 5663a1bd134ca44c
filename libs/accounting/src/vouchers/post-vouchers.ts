import { type Actor, type IdempotencyRequest, malformed, newId } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { assertNewReferences } from './bill-references.js';
import { prepareVouchers } from './prepare-vouchers.js';
import { type CreateVoucherDto, BULK_ENTRIES_MAX, type VoucherDto } from './voucher.dto.js';
import { answerOf, createdBy, creationOf } from './voucher-answer.js';
import { insertDrafts, postDrafts } from './voucher-writer.js';

/** Vouchers in one statement of the edit log; keeps it well below max_allowed_packet. */
const LOGGED_AT_ONCE = 100;

export interface PostOptions {
  actor: Actor;
  mayOverrideLock: boolean;
  idempotency?: IdempotencyRequest;
  /** answers what would be, and stores nothing */
  dryRun?: boolean;
  /** refusals name the voucher's place in the list */
  bulk?: boolean;
}

/** Stores new vouchers, one or many: all or none. */
@Injectable()
export class PostVouchers {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 400; 409 `voucher_number_taken`, `bill_name_taken`; 422 with the rule that is broken */
  post(bodies: readonly CreateVoucherDto[], options: PostOptions): Promise<VoucherDto[]> {
    assertNotTooLarge(bodies);
    const { idempotency, dryRun } = options;
    return this.transaction.run((tx) => this.within(tx, bodies, options), { idempotency, dryRun });
  }

  /** The same within a transaction that is under way. */
  async within(
    tx: EntityManager,
    bodies: readonly CreateVoucherDto[],
    options: Pick<PostOptions, 'actor' | 'mayOverrideLock' | 'bulk'>,
  ): Promise<VoucherDto[]> {
    const settings = await this.settings.get(tx);
    const prepared = await prepareVouchers(tx, bodies, { settings, ...options });
    const written = prepared.map((voucher) => ({ id: newId(), voucher }));
    const toPost = written.filter((_, index) => (bodies[index]!.status ?? 'posted') === 'posted');
    const postDated = new Set(written.filter((_, index) => bodies[index]!.status === 'post_dated').map(({ id }) => id));
    await assertNewReferences(
      tx,
      toPost.map(({ voucher }) => voucher),
    );
    const write = { createdBy: createdBy(options.actor), at: new Date() };
    await insertDrafts(tx, written, write);
    if (postDated.size > 0)
      await tx.query('INSERT INTO post_dated_vouchers (voucher_id) VALUES ?', [[...postDated].map((id) => [id])]);
    const numbers = await postDrafts(tx, toPost, { ...settings, ...write });
    const vouchers = written.map((one) =>
      answerOf(one, {
        ...write,
        status: numbers.has(one.id) ? 'posted' : 'draft',
        postDated: postDated.has(one.id),
        number: numbers.get(one.id) ?? one.voucher.number,
        digits: settings.currencyDigits,
      }),
    );
    for (let first = 0; first < vouchers.length; first += LOGGED_AT_ONCE)
      await this.editLog.recordMany(
        tx,
        options.actor,
        vouchers.slice(first, first + LOGGED_AT_ONCE).map((voucher) => creationOf(voucher)),
      );
    return vouchers;
  }
}

function assertNotTooLarge(bodies: readonly CreateVoucherDto[]): void {
  const entries = bodies.reduce((sum, body) => sum + body.entries.length, 0);
  if (entries > BULK_ENTRIES_MAX)
    throw malformed(`vouchers have ${entries} entries together; send at most ${BULK_ENTRIES_MAX} at a time`, [
      { field: 'vouchers', message: `at most ${BULK_ENTRIES_MAX} entries together` },
    ]);
}
