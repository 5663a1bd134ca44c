import { notFound, ruleBroken } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import { cashAndBankGroups } from '../vouchers/ledger-lookup.js';

export interface BankLedger {
  id: string;
  name: string;
}

/** @throws DomainError 404 `ledger_not_found`; 422 `ledger_is_no_bank` */
export async function bankLedger(session: SqlSession, id: string): Promise<BankLedger> {
  const [row]: { id: string; name: string; group_id: string }[] = /^\d{1,20}$/.test(id)
    ? await session.query('SELECT id, name, group_id FROM ledgers WHERE id = ?', [id])
    : [];
  if (!row) throw notFound('ledger', id, 'ledger_not_found');
  if (!(await cashAndBankGroups(session as never)).has(row.group_id))
    throw ruleBroken('ledger_is_no_bank', `${row.name} is neither cash nor bank: it has no statements of a bank.`);
  return { id: row.id, name: row.name };
}
