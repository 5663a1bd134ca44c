import { formatAmount, groupBy, oneLine } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { ReadGroupTree } from '../reports/group-tree.js';
import { BEGINNING, END } from '../reports/position.js';
import { accountNames } from './account-names.js';

const VOUCHERS_AT_ONCE = 500;

const PAGE = `SELECT v.id, v.date, v.number, v.narration, t.name AS type
  FROM vouchers v JOIN voucher_types t ON t.id = v.voucher_type_id
  WHERE v.status = 'posted' AND v.affects_books = 1 AND v.date <= ? AND (v.date > ? OR (v.date = ? AND v.id > CAST(? AS UNSIGNED)))
  ORDER BY v.date, v.id LIMIT ?`;

const ENTRIES = `SELECT e.voucher_id, e.ledger_id, e.debit, e.credit FROM entries e
  WHERE e.voucher_id IN (?) AND e.in_books = 1 ORDER BY e.voucher_id, e.line_no`;

interface VoucherRow {
  id: string;
  date: string;
  number: string | null;
  narration: string;
  type: string;
}

interface EntryRow {
  voucher_id: string;
  ledger_id: string;
  debit: string;
  credit: string;
}

export interface JournalRequest {
  /** the first and the last day, both included; left away: from the beginning, to the last voucher */
  from?: string;
  to?: string;
}

/**
 * The books as a plain-text journal that hledger (hledger.org) and ledger (ledger-cli.org) read: whatever is posted, in
 * order of date, opening balances included. Each voucher is whole; memory holds some hundred of them.
 */
@Injectable()
export class ExportJournal {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async *write({ from, to = END.date }: JournalRequest): AsyncGenerator<string> {
    const settings = await this.settings.get();
    const accounts = await this.accounts();
    yield header(settings);
    // ledgers may be made while this is read
    const accountOf = async (id: string) => {
      if (!accounts.has(id))
        for (const [key, name] of await this.accounts()) if (!accounts.has(key)) accounts.set(key, name);
      return accounts.get(id)!;
    };
    for (let after = { ...BEGINNING, date: from ?? BEGINNING.date }; ; ) {
      const { vouchers, entries } = await this.page(to, after);
      for (const voucher of vouchers) {
        const lines = [];
        for (const { ledger_id, debit, credit } of entries.get(voucher.id) ?? []) {
          const amount = Number(debit) > 0 ? debit : `-${credit}`;
          lines.push(
            `    ${await accountOf(ledger_id)}  ${settings.baseCurrency} ${formatAmount(amount, settings.currencyDigits)}`,
          );
        }
        yield `\n${titleOf(voucher)}\n${lines.join('\n')}\n`;
      }
      const last = vouchers.at(-1);
      if (!last || vouchers.length < VOUCHERS_AT_ONCE) return;
      after = last;
    }
  }

  private page(to: string, after: { date: string; id: string }) {
    return this.reader.read((source) =>
      source.transaction('REPEATABLE READ', async (tx) => {
        const vouchers: VoucherRow[] = await tx.query(PAGE, [to, after.date, after.date, after.id, VOUCHERS_AT_ONCE]);
        const rows: EntryRow[] = vouchers.length === 0 ? [] : await tx.query(ENTRIES, [vouchers.map(({ id }) => id)]);
        return { vouchers, entries: groupBy(rows, (row) => row.voucher_id) };
      }),
    );
  }

  private async accounts(): Promise<Map<string, string>> {
    const ledgers = await this.reader.read((source) =>
      source.query<{ id: string; name: string; groupId: string }[]>(
        'SELECT id, name, group_id AS groupId FROM ledgers ORDER BY id',
      ),
    );
    return accountNames(ledgers, await this.groupTree.read());
  }
}

/** The form of amounts is said once, so that "1.234" is never taken for a thousand and more. */
const header = ({ companyName, baseCurrency, currencyDigits }: CompanySettings) =>
  `; ${oneLine(companyName)}, exported by Finvera\ncommodity ${baseCurrency}\n    format ${baseCurrency} 1000.${'0'.repeat(currencyDigits)}\n`;

function titleOf({ date, number, narration, type }: VoucherRow): string {
  const code = number === null ? '' : ` (${oneLine(number).replace(/[()]/g, '-')})`;
  const text = [type, narration]
    .map((part) => oneLine(part).replace(/[;|]/g, ','))
    .filter((part) => part !== '')
    .join(': ');
  return `${date} *${code} ${text}`;
}
