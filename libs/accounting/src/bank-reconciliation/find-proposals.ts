import { addDays, Decimal, groupBy } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { BankLineDto, ProposalDto } from './bank-reconciliation.dto.js';
import { BankRule, ruleFor } from './bank-rule.entity.js';
import { BANK_EARLIER_MAX_DAYS, BANK_LATER_MAX_DAYS, type OpenEntry, proposeMatches } from './propose-matches.js';
import { ReadStatements } from './read-statements.js';

/** Open lines that are looked at in one call. */
const LINES_MAX = 500;
/** Entries of the same amounts that are compared with them. */
const ENTRIES_MAX = 5_000;

const ENTRIES = `SELECT e.id, e.voucher_id, e.date, e.debit - e.credit AS amount, v.number, v.reference, v.narration, e.narration AS entry_narration
  FROM entries e FORCE INDEX (entries_ledger) JOIN vouchers v ON v.id = e.voucher_id
  WHERE e.ledger_id = ? AND e.in_books = 1 AND e.date BETWEEN ? AND ? AND e.is_opening = 0 AND (e.debit - e.credit) IN (?)
    AND NOT EXISTS (SELECT 1 FROM bank_matches m WHERE m.entry_id = e.id)
  ORDER BY e.date, e.id LIMIT ?`;

const OTHERS = `SELECT e.voucher_id, l.name, b.name AS bill FROM entries e JOIN ledgers l ON l.id = e.ledger_id
    LEFT JOIN bill_allocations b ON b.entry_id = e.id AND b.name <> ''
  WHERE e.voucher_id IN (?) AND e.in_books = 1 AND e.ledger_id <> ?`;

interface EntryRow {
  id: string;
  voucher_id: string;
  date: string;
  amount: string;
  number: string | null;
  reference: string;
  narration: string;
  entry_narration: string;
}

/** Says for open lines which entries they may be, and which new vouchers rules would make of the others. */
@Injectable()
export class FindProposals {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly statements: ReadStatements,
  ) {}

  /** Best first for each line; at most the first five hundred open lines of the period. */
  async of(
    ledgerId: string,
    period: { from?: string; to?: string },
  ): Promise<{ lines: BankLineDto[]; proposals: ProposalDto[] }> {
    const { lines } = await this.statements.lines(ledgerId, { ...period, status: 'open', limit: LINES_MAX });
    if (lines.length === 0) return { lines, proposals: [] };
    const found = proposeMatches(
      lines.map((line) => ({ ...line, amount: new Decimal(line.amount) })),
      await this.openEntries(ledgerId, lines),
    );
    const rules = await this.dataSource
      .getRepository(BankRule)
      .find({ where: { isActive: true }, order: { name: 'ASC' } });
    const proposals = lines.flatMap((line): ProposalDto[] => {
      const matches = (found.get(line.id) ?? []).map(({ lineId, entry, score, reasons, certain }) => ({
        line_id: lineId,
        entry_id: entry.entryId,
        voucher_id: entry.voucherId,
        rule_id: null,
        date: entry.date,
        score,
        certain,
        reasons,
      }));
      const rule = matches.length === 0 ? ruleFor(rules, line) : undefined;
      return rule
        ? [
            {
              line_id: line.id,
              entry_id: null,
              voucher_id: null,
              rule_id: rule.id,
              date: line.date,
              score: 50,
              certain: false,
              reasons: [`the rule ${rule.name}: the line contains ${rule.contains}`],
            },
          ]
        : matches;
    });
    return { lines, proposals };
  }

  private async openEntries(ledgerId: string, lines: readonly BankLineDto[]): Promise<OpenEntry[]> {
    const amounts = [...new Set(lines.map(({ amount }) => amount))];
    const rows: EntryRow[] = await this.dataSource.query(ENTRIES, [
      ledgerId,
      addDays(lines[0]!.date, -BANK_LATER_MAX_DAYS),
      addDays(lines.at(-1)!.date, BANK_EARLIER_MAX_DAYS),
      amounts,
      ENTRIES_MAX,
    ]);
    if (rows.length === 0) return [];
    const others: { voucher_id: string; name: string; bill: string | null }[] = await this.dataSource.query(OTHERS, [
      [...new Set(rows.map((row) => row.voucher_id))],
      ledgerId,
    ]);
    const ofVoucher = groupBy(others, (other) => other.voucher_id);
    return rows.map((row) => {
      const around = ofVoucher.get(row.voucher_id) ?? [];
      return {
        entryId: row.id,
        voucherId: row.voucher_id,
        date: row.date,
        amount: new Decimal(row.amount),
        parties: [...new Set(around.map(({ name }) => name))],
        identifiers: [
          ...new Set([
            row.number ?? '',
            row.reference,
            ...around.map(({ bill }) => bill ?? ''),
            ...`${row.narration} ${row.entry_narration}`.split(/[\s,;:()]+/).filter((word) => /\d{4}/.test(word)),
          ]),
        ].filter((one) => one !== ''),
      };
    });
  }
}
