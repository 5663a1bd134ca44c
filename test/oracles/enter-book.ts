import type { Book } from './book.js';
import type { CompanyClient } from './company-client.js';

const VOUCHERS_PER_CALL = 500;

/** Enters a book through REST into a new company: settings, ledgers with openings, vouchers; then cancels the cancelled. */
export async function enterBook(client: CompanyClient, book: Book): Promise<void> {
  await client.put('/api/settings/company', {
    base_currency: book.currency,
    financial_year_start: book.financial_year_start,
    books_begin: book.books_begin,
  });
  await enterLedgers(client, book);
  for (let at = 0; at < book.vouchers.length; at += VOUCHERS_PER_CALL) {
    const chunk = book.vouchers.slice(at, at + VOUCHERS_PER_CALL);
    const vouchers = chunk.map(({ type, date, narration, ref, entries }) => ({
      voucher_type: type,
      date,
      narration,
      reference: ref,
      entries: entries.map(({ account, ...entry }) => ({ ledger: account, ...entry })),
    }));
    const { data } = await client.post('/api/vouchers/bulk', { vouchers });
    for (const [index, { cancelled }] of chunk.entries())
      if (cancelled) await client.post(`/api/vouchers/${data.vouchers[index].id}/cancel`, { reason: 'as in the book' });
  }
}

async function enterLedgers(client: CompanyClient, book: Book): Promise<void> {
  const { data } = await client.get('/api/ledgers?limit=500');
  const existing = new Map<string, string>(
    data.ledgers.map(({ id, name }: { id: string; name: string }) => [name, id] as const),
  );
  for (const { name, group, bill_by_bill, opening_balance } of book.accounts) {
    const id = existing.get(name);
    if (id) await client.put(`/api/ledgers/${id}`, { group, opening_balance });
    else await client.post('/api/ledgers', { name, group, bill_by_bill, opening_balance });
  }
}
