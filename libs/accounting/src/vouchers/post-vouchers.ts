import { type Actor, malformed, newId } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction, keepAnswers } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { assertNewReferences } from './bill-references.js';
import { PerhapsStored, type Posting, PostingLine, type PostOptions } from './posting-line.js';
import { postOrSubmit, type WhenHeld } from './post-or-submit.js';
import { prepareVouchers } from './prepare-vouchers.js';
import { type CreateVoucherDto, BULK_ENTRIES_MAX, type VoucherDto } from './voucher.dto.js';
import { answerOf, createdBy, creationOf } from './voucher-answer.js';
import { insertDrafts } from './voucher-writer.js';

/** Vouchers in one statement of the edit log; keeps it well below max_allowed_packet. */
const LOGGED_AT_ONCE = 100;

/** Stores new vouchers, one or many: all or none. */
@Injectable()
export class PostVouchers {
  private readonly line = new PostingLine(
    (postings) => this.postTogether(postings),
    async ({ body, options }) => (await this.postAlone([body], options))[0]!,
  );

  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 400; 409 `voucher_number_taken`, `bill_name_taken`; 422 with the rule that is broken */
  async post(bodies: readonly CreateVoucherDto[], options: PostOptions): Promise<VoucherDto[]> {
    assertNotTooLarge(bodies);
    const [body, ...others] = bodies;
    if (!body || others.length > 0 || options.dryRun || options.bulk) return this.postAlone(bodies, options);
    return [await this.line.add({ body, options })];
  }

  /**
   * The same within a transaction that is under way.
   * @param options.whenHeld what happens to those that an approval rule holds back; by default they are submitted
   */
  within(
    tx: EntityManager,
    bodies: readonly CreateVoucherDto[],
    { actor, ...options }: Pick<PostOptions, 'actor' | 'mayOverrideLock' | 'bulk'> & { whenHeld?: WhenHeld },
  ): Promise<VoucherDto[]> {
    return this.store(
      tx,
      bodies.map((body) => ({ body, actor })),
      options,
    );
  }

  private postAlone(bodies: readonly CreateVoucherDto[], options: PostOptions): Promise<VoucherDto[]> {
    const { idempotency, dryRun } = options;
    return this.transaction.run((tx) => this.within(tx, bodies, options), {
      idempotency,
      dryRun,
    });
  }

  /** @throws PerhapsStored when it is not known whether they were stored; anything else says that they were not */
  private async postTogether(postings: readonly Posting[]): Promise<VoucherDto[]> {
    const { mayOverrideLock } = postings[0]!.options;
    let isWritten = false;
    try {
      return await this.transaction.run(async (tx) => {
        isWritten = false;
        const made = postings.map(({ body, options: { actor } }) => ({ body, actor }));
        const vouchers = await this.store(tx, made, { mayOverrideLock });
        await keepAnswers(
          tx,
          postings.flatMap(({ options: { idempotency } }, index) =>
            idempotency ? { request: idempotency, answer: [vouchers[index]] } : [],
          ),
        );
        isWritten = true;
        return vouchers;
      });
    } catch (error) {
      throw isWritten ? new PerhapsStored(error) : error;
    }
  }

  private async store(
    tx: EntityManager,
    made: readonly { body: CreateVoucherDto; actor: Actor }[],
    { whenHeld, ...options }: Pick<PostOptions, 'mayOverrideLock' | 'bulk'> & { whenHeld?: WhenHeld },
  ): Promise<VoucherDto[]> {
    const settings = await this.settings.get(tx);
    const bodies = made.map(({ body }) => body);
    const prepared = await prepareVouchers(tx, bodies, {
      settings,
      ...options,
      actors: made.map(({ actor }) => actor),
    });
    const written = prepared.map((voucher, index) => ({
      id: newId(),
      voucher,
      createdBy: createdBy(made[index]!.actor),
      actor: made[index]!.actor,
    }));
    const toPost = written.filter((_, index) => (bodies[index]!.status ?? 'posted') === 'posted');
    const postDated = new Set(written.filter((_, index) => bodies[index]!.status === 'post_dated').map(({ id }) => id));
    await assertNewReferences(
      tx,
      toPost.map(({ voucher }) => voucher),
    );
    const at = new Date();
    await insertDrafts(tx, written, { at });
    if (postDated.size > 0)
      await tx.query('INSERT INTO post_dated_vouchers (voucher_id) VALUES ?', [[...postDated].map((id) => [id])]);
    const posted = await postOrSubmit(tx, toPost, { settings, at, whenHeld });
    const vouchers = written.map((one) =>
      answerOf(one, {
        at,
        postDated: postDated.has(one.id),
        digits: settings.currencyDigits,
        ...(posted.get(one.id) ?? { status: 'draft', number: one.voucher.number }),
      }),
    );
    const changes = vouchers.map((voucher, index) => ({ ...creationOf(voucher), actor: made[index]!.actor }));
    for (let first = 0; first < changes.length; first += LOGGED_AT_ONCE)
      await this.editLog.recordAll(tx, changes.slice(first, first + LOGGED_AT_ONCE));
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
