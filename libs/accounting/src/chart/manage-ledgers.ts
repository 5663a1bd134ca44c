import {
  type Actor,
  assertIfMatch,
  conflict,
  type IdempotencyRequest,
  newId,
  notFound,
  ruleBroken,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { storeMetadata } from '../metadata/store-metadata.js';
import { AccountGroup } from './account-group.entity.js';
import { refuseDuplicate, refuseReferenced } from './duplicate-key.js';
import { type FoundGroup, findGroup } from './find-group.js';
import type { CreateLedgerDto, LedgerDto, UpdateLedgerDto } from './ledger.dto.js';
import { Ledger } from './ledger.entity.js';
import { OpeningBalance } from './opening-balance.js';
import { ReadLedgers } from './read-ledgers.js';

const FIELDS = { id: 'group_id', name: 'group' };
const NO_OPENING = { amount: '0', side: 'debit' } as const;

/** The company's ledgers. */
@Injectable()
export class ManageLedgers {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly readLedgers: ReadLedgers,
    private readonly openingBalance: OpeningBalance,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 409 `ledger_name_taken`, `ledger_code_taken`; 422 `group_not_found` */
  create(body: CreateLedgerDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<LedgerDto> {
    return this.transaction.run((tx) => this.createWithin(tx, body, actor), { idempotency });
  }

  /** The same within a transaction that is under way. */
  async createWithin(tx: EntityManager, body: CreateLedgerDto, actor: Actor): Promise<LedgerDto> {
    const group = await findGroup(tx, { id: body.group_id, name: body.group }, FIELDS);
    await assertFree(tx, body);
    const id = newId();
    const row = {
      id,
      name: body.name,
      code: body.code || null,
      groupId: group.id,
      billByBill: body.bill_by_bill ?? false,
      creditDays: body.credit_days ?? null,
      notes: body.notes ?? '',
      isActive: body.is_active ?? true,
      isReserved: false,
    };
    await refuseDuplicate(tx.insert(Ledger, row), taken(body));
    if (body.metadata) await storeMetadata(tx, 'ledger', id, body.metadata);
    if (body.opening_balance)
      await this.openingBalance.set(tx, await tx.findOneByOrFail(Ledger, { id }), body.opening_balance, actor);
    const ledger = await this.readLedgers.one(id, tx);
    await this.editLog.record(tx, actor, {
      action: 'created',
      objectType: 'ledger',
      objectId: id,
      objectName: ledger.name,
      after: ledger,
    });
    return ledger;
  }

  /** @throws DomainError 412 `stale`; 422 `group_nature`, `ledger_bills` */
  update(id: string, body: UpdateLedgerDto, ifMatch: string | undefined, actor: Actor): Promise<LedgerDto> {
    return this.transaction.run((tx) => this.updateWithin(tx, id, { body, ifMatch, actor }));
  }

  /** The same within a transaction that is under way. */
  async updateWithin(
    tx: EntityManager,
    id: string,
    { body, ifMatch, actor }: { body: UpdateLedgerDto; ifMatch?: string; actor: Actor },
  ): Promise<LedgerDto> {
    const ledger = await lock(tx, id);
    assertIfMatch(ifMatch, ledger.version);
    const before = await this.readLedgers.one(id, tx);
    await assertFree(tx, body, ledger);
    const group = await this.newGroup(tx, ledger, body);
    if (body.bill_by_bill !== undefined && body.bill_by_bill !== ledger.billByBill && (await hasEntries(tx, id)))
      throw ruleBroken('ledger_bills', `The ledger ${ledger.name} has entries; bill_by_bill can no longer change.`, [
        { field: 'bill_by_bill', message: 'is fixed with the first entry' },
      ]);
    const change = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.code !== undefined && { code: body.code || null }),
      ...(group && { groupId: group.id }),
      ...(body.bill_by_bill !== undefined && { billByBill: body.bill_by_bill }),
      ...(body.credit_days !== undefined && { creditDays: body.credit_days }),
      ...(body.notes !== undefined && { notes: body.notes }),
      ...(body.is_active !== undefined && { isActive: body.is_active }),
      version: ledger.version + 1,
    };
    await refuseDuplicate(tx.update(Ledger, id, change), taken(body));
    if (body.metadata !== undefined) await storeMetadata(tx, 'ledger', id, body.metadata);
    if (body.opening_balance !== undefined)
      await this.openingBalance.set(tx, { ...ledger, ...change }, body.opening_balance ?? NO_OPENING, actor);
    const after = await this.readLedgers.one(id, tx);
    await this.editLog.record(tx, actor, {
      action: 'updated',
      objectType: 'ledger',
      objectId: id,
      objectName: after.name,
      before,
      after,
    });
    return after;
  }

  /** @throws DomainError 422 `reserved`, `ledger_in_use` */
  delete(id: string, actor: Actor): Promise<void> {
    return this.transaction.run((tx) => this.deleteWithin(tx, id, actor));
  }

  /** The same within a transaction that is under way. */
  async deleteWithin(tx: EntityManager, id: string, actor: Actor): Promise<void> {
    const ledger = await lock(tx, id);
    const before = await this.readLedgers.one(id, tx);
    if (ledger.isReserved)
      throw ruleBroken('reserved', `The ledger ${ledger.name} belongs to every company; rename it if you like.`);
    if (await hasEntries(tx, id))
      throw ruleBroken('ledger_in_use', `The ledger ${ledger.name} has entries; make it inactive instead.`);
    await refuseReferenced(tx.delete(Ledger, id), () =>
      ruleBroken(
        'ledger_in_use',
        `The ledger ${ledger.name} is named elsewhere, as in a budget; make it inactive instead.`,
      ),
    );
    await this.editLog.record(tx, actor, {
      action: 'deleted',
      objectType: 'ledger',
      objectId: id,
      objectName: ledger.name,
      before,
    });
  }

  private async newGroup(tx: EntityManager, ledger: Ledger, body: UpdateLedgerDto): Promise<FoundGroup | undefined> {
    if (body.group_id === undefined && body.group === undefined) return undefined;
    const group = await findGroup(tx, { id: body.group_id, name: body.group }, FIELDS);
    if (group.id === ledger.groupId) return undefined;
    const old = await tx.findOneByOrFail(AccountGroup, { id: ledger.groupId });
    if (ledger.reservedCode === 'profit_and_loss' && group.nature !== old.nature)
      throw ruleBroken('reserved', `The ledger ${ledger.name} stays equity.`);
    if (group.nature !== old.nature && (await hasEntries(tx, ledger.id)))
      throw ruleBroken('group_nature', `The ledger ${ledger.name} has entries and cannot become ${group.nature}.`);
    return group;
  }
}

async function lock(tx: EntityManager, id: string): Promise<Ledger> {
  const ledger = /^\d{1,20}$/.test(id)
    ? await tx.findOne(Ledger, { where: { id }, lock: { mode: 'pessimistic_write' } })
    : null;
  if (!ledger) throw notFound('ledger', id, 'ledger_not_found');
  return ledger;
}

async function hasEntries(tx: EntityManager, id: string): Promise<boolean> {
  const [entry] = await tx.query('SELECT 1 AS used FROM entries WHERE ledger_id = ? LIMIT 1', [id]);
  return entry !== undefined;
}

interface Named {
  name?: string;
  code?: string | null;
}

const taken = ({ name, code }: Named) => ({
  ledgers_name: () => refuseTaken('name', name ?? ''),
  ledgers_code: () => refuseTaken('code', code ?? ''),
});

const refuseTaken = (field: 'name' | 'code', value: string) =>
  conflict(`ledger_${field}_taken`, `There is a ledger with the ${field} ${JSON.stringify(value)} already.`, {
    details: [{ field, message: 'is taken' }],
  });

async function assertFree(tx: EntityManager, { name, code }: Named, ledger?: Ledger): Promise<void> {
  const rows: { by_name: number }[] = await tx.query(
    `SELECT 1 AS by_name FROM ledgers WHERE name = ? AND id <> ?
       UNION ALL SELECT 0 FROM ledgers WHERE code = ? AND id <> ?`,
    [name ?? null, ledger?.id ?? '0', code || null, ledger?.id ?? '0'],
  );
  if (rows.some((row) => Number(row.by_name) === 1)) throw refuseTaken('name', name ?? '');
  if (rows.length > 0) throw refuseTaken('code', code ?? '');
}
