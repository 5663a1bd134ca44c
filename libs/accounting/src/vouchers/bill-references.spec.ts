import { Decimal } from '@finvera/common';
import { findTakenReference, type ReferenceUse } from './bill-references.js';

const use = (name: string, side: 'debit' | 'credit', isNew: boolean, amount = 100): ReferenceUse => ({
  ledgerId: '1',
  name,
  side,
  isNew,
  amount: new Decimal(amount),
  field: name,
});
const open = (pending: number, broughtUp: ('debit' | 'credit')[]) => ({
  ledgerId: '1',
  name: 'INV-1',
  pending: new Decimal(pending),
  broughtUp,
});

describe('a new bill reference', () => {
  it('is taken while one of the same name and side is open, in any case of letters', () => {
    expect(findTakenReference([open(100, ['debit'])], [use('inv-1', 'debit', true)])?.name).toBe('inv-1');
    expect(findTakenReference([open(40, ['debit'])], [use('INV-1', 'debit', true)])?.name).toBe('INV-1');
  });

  it('may take the name of a settled one, of the other side, of another ledger, or of a settlement that came first', () => {
    expect(findTakenReference([open(0, ['debit'])], [use('INV-1', 'debit', true)])).toBeNull();
    expect(findTakenReference([open(100, ['debit'])], [use('INV-1', 'credit', true)])).toBeNull();
    expect(findTakenReference([open(100, ['debit'])], [{ ...use('INV-1', 'debit', true), ledgerId: '2' }])).toBeNull();
    expect(findTakenReference([open(-100, [])], [use('INV-1', 'debit', true)])).toBeNull();
  });

  it('counts what comes before it in the same batch', () => {
    const [sale, receipt] = [use('INV-9', 'debit', true), use('INV-9', 'credit', false)];
    expect(findTakenReference([], [sale, sale])).toBe(sale);
    expect(findTakenReference([], [sale, receipt, sale])).toBeNull();
    expect(findTakenReference([], [receipt, receipt, sale])).toBeNull();
  });
});
