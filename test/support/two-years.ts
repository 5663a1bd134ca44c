import type { GivenTenant } from './platform.js';

/** More paise than a double can tell apart. */
export const BEYOND_DOUBLES = '90071992547409.93';
export const MORE_DIGITS_THAN_A_SHEET_HOLDS = '123456789012345.67';

/** Two years with bills, a cancelled voucher, amounts beyond doubles, and names in Devanagari. @returns the id of Cash */
export async function keepTwoYears({ user }: GivenTenant): Promise<string> {
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
  const done = async (answer: Promise<{ status: number; text: string; body: any }>) => {
    const { status, text, body } = await answer;
    if (status >= 300) throw new Error(text);
    return body.data;
  };
  await done(user.put('/api/settings/company', { books_begin: '2024-04-01' }));
  const ledgers = [
    { name: 'Sales', group: 'Sales Accounts' },
    { name: 'Rent', group: 'Indirect Expenses' },
    { name: 'Purchases', group: 'Purchase Accounts' },
    { name: 'शर्मा ट्रेडर्स', group: 'Sundry Debtors', bill_by_bill: true },
    { name: 'Land', group: 'Fixed Assets', opening_balance: { amount: MORE_DIGITS_THAN_A_SHEET_HOLDS, side: 'debit' } },
    { name: 'HDFC Bank', group: 'Bank Accounts', opening_balance: { amount: BEYOND_DOUBLES, side: 'debit' } },
  ];
  for (const ledger of ledgers) await done(user.post('/api/ledgers', ledger));
  const voucher = (voucher_type: string, date: string, debit: object, credit: object, narration = '') =>
    done(user.post('/api/vouchers', { voucher_type, date, narration, entries: [debit, credit] }));
  await voucher('Receipt', '2024-05-02', { ledger: 'Cash', debit: '5000.00' }, { ledger: 'Sales', credit: '5000.00' });
  await voucher(
    'Receipt',
    '2025-05-02',
    { ledger: 'Cash', debit: '1234567.50' },
    { ledger: 'Sales', credit: '1234567.50' },
    '=HYPERLINK("http://evil.example","x")',
  );
  await voucher('Payment', '2025-06-30', { ledger: 'Rent', debit: '12000.25' }, { ledger: 'Cash', credit: '12000.25' });
  await voucher(
    'Payment',
    '2025-07-31',
    { ledger: 'Purchases', debit: '777.77' },
    { ledger: 'Cash', credit: '777.77' },
  );
  const bill = {
    ledger: 'शर्मा ट्रेडर्स',
    debit: '1180.00',
    bills: [{ type: 'new_ref', name: 'INV-17', amount: '1180.00' }],
  };
  await voucher('Sales', '2025-12-01', bill, { ledger: 'Sales', credit: '1180.00' }, 'बिक्री, दूसरी तिमाही');
  const { voucher: cancelled } = await voucher(
    'Receipt',
    '2025-08-01',
    { ledger: 'Cash', debit: '99.99' },
    { ledger: 'Sales', credit: '99.99' },
  );
  await done(user.post(`/api/vouchers/${cancelled.id}/cancel`, { reason: 'wrong' }));
  const { ledgers: found } = await done(user.get('/api/ledgers?search=Cash'));
  return found.find(({ name }: { name: string }) => name === 'Cash').id;
}
