import { todayIn } from '@finvera/common';

const today = todayIn('Asia/Kolkata');

const JOURNAL = {
  voucher_type: 'Journal',
  date: today,
  narration: 'Capital brought in',
  entries: [
    { ledger: 'Cash', debit: '1180.00' },
    { ledger: 'Profit & Loss A/c', credit: '1180.00' },
  ],
};

const SALE = {
  voucher_type: 'Sales',
  date: today,
  narration: 'Ten chairs',
  reference: 'PO-4711',
  entries: [
    { ledger: 'Sharma Traders', debit: '1180.00', bills: [{ type: 'new_ref', name: 'INV-17', amount: '1180.00' }] },
    { ledger: 'Sales', credit: '1180.00' },
  ],
};

/** Bodies for the explorer. */
export const VOUCHER_EXAMPLES = {
  journal: { summary: 'Works in a new company', value: JOURNAL },
  draft: { summary: 'A draft, not in the books', value: { ...JOURNAL, status: 'draft' } },
  sale: { summary: 'With a bill reference, after the example ledgers Sharma Traders and Sales', value: SALE },
};

export const BULK_EXAMPLES = { two: { value: { vouchers: [JOURNAL, { ...JOURNAL, narration: 'Once more' }] } } };

export const UPDATE_EXAMPLES = {
  correction: { value: { ...JOURNAL, narration: 'Capital brought in by the owner', reason: 'Narration completed' } },
};
