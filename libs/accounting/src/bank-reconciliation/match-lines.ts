import {
  type Actor,
  conflict,
  Decimal,
  type IdempotencyRequest,
  isDuplicate,
  malformed,
  notFound,
  ruleBroken,
  ZERO,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { createdBy } from '../vouchers/voucher-store.js';
import type { BankLineDto } from './bank-reconciliation.dto.js';
import { FindProposals } from './find-proposals.js';
import { ReadStatements } from './read-statements.js';

export interface MatchOptions {
  actor: Actor;
  idempotency?: IdempotencyRequest;
}

interface EntryRow {
  id: string;
  ledger_id: string;
  amount: string;
  in_books: number;
  line_id: string | null;
  matched: string | null;
}

/** Says what lines of a bank are in the books, and takes it back. The bank's date is kept with the entry, apart from the voucher's. */
@Injectable()
export class MatchLines {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly statements: ReadStatements,
    private readonly proposals: FindProposals,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404; 409 `bank_line_matched`, `entry_matched`; 422 `entry_not_of_bank`, `match_does_not_add_up` */
  match(lineId: string, entryIds: readonly string[], { actor, idempotency }: MatchOptions): Promise<BankLineDto> {
    return this.transaction.run(
      async (tx) => {
        await this.matchIn(tx, lineId, entryIds, { actor, reason: 'by hand' });
        return this.statements.line(lineId, tx);
      },
      { idempotency },
    );
  }

  /** Within a transaction of the caller's. */
  async matchIn(
    tx: EntityManager,
    lineId: string,
    entryIds: readonly string[],
    { actor, reason }: { actor: Actor; reason: string },
  ): Promise<void> {
    const line = await this.open(tx, lineId);
    const ids = [...new Set(entryIds)];
    const rows: EntryRow[] = await tx.query(
      `SELECT e.id, e.ledger_id, e.debit - e.credit AS amount, e.in_books, m.line_id, m.entry_id AS matched
       FROM entries e LEFT JOIN bank_matches m ON m.entry_id = e.id WHERE e.id IN (?)`,
      [ids],
    );
    for (const id of ids) {
      const entry = rows.find((row) => row.id === id);
      if (!entry || entry.ledger_id !== line.ledger_id || !entry.in_books)
        throw ruleBroken('entry_not_of_bank', `The entry ${id} is not one of this bank’s ledger in the books.`, [
          { field: 'entry_ids', message: `${id} is not in the books of this bank` },
        ]);
      if (entry.matched !== null && entry.line_id !== lineId) throw entryMatched(id);
    }
    const sum = rows.reduce((total, { amount }) => total.plus(amount), ZERO);
    if (!sum.equals(line.amount))
      throw ruleBroken(
        'match_does_not_add_up',
        `The entries add up to ${sum.toFixed()}, the line is ${new Decimal(line.amount).toFixed()}.`,
        [{ field: 'entry_ids', message: 'do not add up to the line' }],
      );
    await tx.query('DELETE FROM bank_matches WHERE line_id = ?', [lineId]); // of entries that are no more in the books
    try {
      await tx.query(
        'INSERT INTO bank_matches (entry_id, ledger_id, line_id, bank_date, reason, matched_by) VALUES ?',
        [ids.map((id) => [id, line.ledger_id, lineId, line.date, reason, createdBy(actor)])],
      );
    } catch (error) {
      throw isDuplicate(error) ? entryMatched(ids.join(', ')) : error;
    }
    await this.record(tx, actor, 'matched', line, { after: { entry_ids: ids, bank_date: line.date }, reason });
  }

  /** Accepts what is certain, and leaves the rest. */
  async matchCertain(
    ledgerId: string,
    period: { from?: string; to?: string },
    { actor, idempotency }: MatchOptions,
  ): Promise<{ matched: number; left: number }> {
    const { lines, proposals } = await this.proposals.of(ledgerId, period);
    const certain = proposals.filter(({ certain: sure }) => sure);
    return this.transaction.run(
      async (tx) => {
        let matched = 0;
        for (const { line_id, entry_id, reasons } of certain)
          try {
            await this.matchIn(tx, line_id, [entry_id!], { actor, reason: reasons.join(', ') });
            matched += 1;
          } catch (error) {
            if (!MEANWHILE.has((error as { code?: string }).code ?? '')) throw error;
          }
        return { matched, left: lines.length - matched };
      },
      { idempotency },
    );
  }

  /** @throws DomainError 404 `bank_line_not_found`; 409 `bank_line_open` */
  undo(lineId: string, { actor, idempotency }: MatchOptions): Promise<BankLineDto> {
    return this.transaction.run(
      async (tx) => {
        const line = await lock(tx, lineId);
        const before = await this.statements.line(lineId, tx);
        if (before.status === 'open') throw conflict('bank_line_open', 'The line is neither matched nor ignored.');
        await tx.query('DELETE FROM bank_matches WHERE line_id = ?', [lineId]);
        await tx.query('UPDATE bank_lines SET ignored_reason = NULL WHERE id = ?', [lineId]);
        await this.record(tx, actor, 'unmatched', line, {
          before: { status: before.status, entry_ids: before.matches.map(({ entry_id }) => entry_id) },
        });
        return this.statements.line(lineId, tx);
      },
      { idempotency },
    );
  }

  /** Leaves a line out of the books on purpose. */
  ignore(lineId: string, reason: string, { actor, idempotency }: MatchOptions): Promise<BankLineDto> {
    return this.transaction.run(
      async (tx) => {
        const line = await this.open(tx, lineId);
        await tx.query('UPDATE bank_lines SET ignored_reason = ? WHERE id = ?', [reason, lineId]);
        await this.record(tx, actor, 'ignored', line, { reason });
        return this.statements.line(lineId, tx);
      },
      { idempotency },
    );
  }

  /**
   * Says by hand when the bank booked an entry, without a line; null: it has not.
   * @throws DomainError 404 `entry_not_found`; 409 `entry_matched`
   */
  setBankDate(entryId: string, bankDate: string | null, { actor }: MatchOptions): Promise<null> {
    return this.transaction.run(async (tx) => {
      const [entry]: { ledger_id: string; line_id: string | null; bank_date: string | null }[] = /^\d{1,20}$/.test(
        entryId,
      )
        ? await tx.query(
            `SELECT e.ledger_id, m.line_id, m.bank_date FROM entries e LEFT JOIN bank_matches m ON m.entry_id = e.id
             WHERE e.id = ? AND e.in_books = 1 FOR UPDATE`,
            [entryId],
          )
        : [];
      if (!entry) throw notFound('entry', entryId, 'entry_not_found');
      if (entry.line_id !== null) throw entryMatched(entryId);
      await tx.query('DELETE FROM bank_matches WHERE entry_id = ?', [entryId]);
      if (bankDate !== null)
        await tx.query(
          "INSERT INTO bank_matches (entry_id, ledger_id, bank_date, reason, matched_by) VALUES (?, ?, ?, 'by hand', ?)",
          [entryId, entry.ledger_id, bankDate, createdBy(actor)],
        );
      await this.editLog.record(tx, actor, {
        action: 'bank_date_set',
        objectType: 'entry',
        objectId: entryId,
        before: { bank_date: entry.bank_date },
        after: { bank_date: bankDate },
      });
      return null;
    });
  }

  private async open(tx: EntityManager, lineId: string): Promise<LineRow> {
    const line = await lock(tx, lineId);
    const { status } = await this.statements.line(lineId, tx);
    if (status !== 'open') throw conflict('bank_line_matched', `The line is ${status} already; take that back first.`);
    return line;
  }

  private record(tx: EntityManager, actor: Actor, action: string, line: LineRow, change: object): Promise<void> {
    return this.editLog.record(tx, actor, {
      action,
      objectType: 'bank_line',
      objectId: line.id,
      objectName: `${line.date} ${line.description}`,
      ...change,
    });
  }
}

/** Refusals of a line or an entry that somebody else has matched since it was looked at. */
const MEANWHILE = new Set(['bank_line_matched', 'entry_matched', 'entry_not_of_bank']);

interface LineRow {
  id: string;
  ledger_id: string;
  date: string;
  amount: string;
  description: string;
}

async function lock(tx: EntityManager, id: string): Promise<LineRow> {
  if (!/^\d{1,20}$/.test(id)) throw malformed(`${JSON.stringify(id)} is not the id of a bank line`);
  const [line]: LineRow[] = await tx.query(
    'SELECT id, ledger_id, date, amount, description FROM bank_lines WHERE id = ? FOR UPDATE',
    [id],
  );
  if (!line) throw notFound('bank line', id, 'bank_line_not_found');
  return line;
}

const entryMatched = (id: string) => conflict('entry_matched', `The entry ${id} is another line already.`);
