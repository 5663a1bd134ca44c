import { Decimal } from '@finvera/common';
import fc from 'fast-check';
import { readLines } from './voucher-lines.js';

const paise = fc.bigInt({ min: 1n, max: 99_999_999_999_999_999n });
const amountOf = (sum: bigint) => new Decimal(sum.toString()).dividedBy(100).toFixed(2);
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string; details?: { field: string }[] };
  }
  throw new Error('nothing was refused');
};

describe('entries of a voucher', () => {
  it('balance to the paisa, also beyond 2^53, or are refused with both sums', () => {
    fc.assert(
      fc.property(
        fc.array(paise, { minLength: 1, maxLength: 20 }),
        fc.bigInt({ min: -5n, max: 5n }),
        (parts, error) => {
          const total = parts.reduce((sum, part) => sum + part, 0n);
          fc.pre(total + error > 0n && total + error < 10n ** 17n);
          const entries = [
            ...parts.map((part) => ({ ledger: 'Rent', debit: amountOf(part) })),
            { ledger: 'Cash', credit: amountOf(total + error) },
          ];
          if (error === 0n) return expect(readLines(entries, 2).total.toFixed(2)).toBe(amountOf(total));
          const { code, message } = refusal(() => readLines(entries, 2));
          expect(code).toBe('voucher_unbalanced');
          expect(message).toContain(amountOf(total));
          expect(message).toContain(amountOf(total + error));
        },
      ),
    );
  });

  it.each([
    ['both sides', { ledger: 'Cash', debit: '1.00', credit: '1.00' }, 'entries.0.debit'],
    ['no side', { ledger: 'Cash' }, 'entries.0.debit'],
    ['nothing', { ledger: 'Cash', debit: '0.00' }, 'entries.0.debit'],
    ['a third decimal', { ledger: 'Cash', debit: '1.001' }, 'entries.0.debit'],
    ['no ledger', { debit: '1.00' }, 'entries.0.ledger_id'],
    ['two ledgers', { ledger: 'Cash', ledger_id: '1', debit: '1.00' }, 'entries.0.ledger_id'],
    ['a bill without a name', { ledger: 'Cash', debit: '1.00', bills: [{ type: 'new_ref' as const, amount: '1.00' }] }, 'entries.0.bills.0.name'],
    ['a named on-account part', { ledger: 'Cash', debit: '1.00', bills: [{ type: 'on_account' as const, name: 'X', amount: '1.00' }] }, 'entries.0.bills.0.name'],
  ])('with %s are malformed', (_, entry, field) => {
    const { code, details } = refusal(() => readLines([entry, { ledger: 'Rent', credit: '1.00' }], 2));
    expect([code, details?.[0]?.field]).toEqual(['validation_failed', field]);
  }); // biome-ignore format: a table

  it('take null for what is not sent', () => {
    const entries = [
      { ledger: 'Cash', ledger_id: null as never, debit: '1.00', credit: null },
      { ledger: 'Rent', debit: null, credit: '1.00' },
    ];
    expect(readLines(entries, 2).lines[0]).toMatchObject({ ledgerId: undefined, ledgerName: 'Cash' });
  });

  it('name their place in a list of vouchers', () => {
    const { details } = refusal(() =>
      readLines(
        [
          { ledger: 'Cash', debit: '1.001' },
          { ledger: 'Rent', credit: '1.00' },
        ],
        2,
        'vouchers.3.',
      ),
    );
    expect(details?.[0]?.field).toBe('vouchers.3.entries.0.debit');
  });

  it('are split into bills that add up', () => {
    const bill = (amount: string) => ({ type: 'new_ref' as const, name: `INV-${amount}`, amount });
    const entries = (bills: ReturnType<typeof bill>[]) => [
      { ledger: 'Sharma', debit: '100.00', bills },
      { ledger: 'Sales', credit: '100.00' },
    ];
    expect(readLines(entries([bill('99.99'), bill('0.01')]), 2).lines[0]?.bills).toHaveLength(2);
    expect(refusal(() => readLines(entries([bill('99.99')]), 2)).code).toBe('bills_do_not_add_up');
  });
});
