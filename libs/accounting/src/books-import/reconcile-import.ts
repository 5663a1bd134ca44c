import { Decimal, formatAmount, ZERO } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { foldName } from '../vouchers/same-name.js';
import type { ReconciliationDto, ReconciliationRowDto } from './reconciliation.dto.js';
import { readImport } from './read-imports.js';

const OF_FILE = 'SELECT ledger, opening, debit, credit FROM book_import_balances WHERE import_id = ? ORDER BY seq';

/** What the vouchers of the file moved: those that this import made, and those that came before. */
const MOVED = `SELECT e.ledger_id AS id, l.name, SUM(e.debit) AS debit, SUM(e.credit) AS credit
  FROM book_import_rows r JOIN entries e ON e.voucher_id = r.object_id AND e.in_books = 1 JOIN ledgers l ON l.id = e.ledger_id
  WHERE r.import_id = ? AND r.kind = 'voucher' AND r.status IN ('done', 'repeated') GROUP BY e.ledger_id, l.name`;

const OPENED = `SELECT l.id, l.name, COALESCE(SUM(e.debit - e.credit), 0) AS opening
  FROM ledgers l LEFT JOIN entries e ON e.ledger_id = l.id AND e.is_opening = 1 AND e.in_books = 1
  WHERE l.name IN (?) GROUP BY l.id, l.name`;

const NAMES_AT_ONCE = 500;

interface Side {
  opening: Decimal;
  debit: Decimal;
  credit: Decimal;
}

interface Line {
  ledger: string;
  ledgerId: string | null;
  file: Side;
  books: Side;
}

/** Lays the trial balance of a file beside what of it is in the books, ledger by ledger. */
@Injectable()
export class ReconcileImport {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly settings: CompanySettingsReader,
  ) {}

  /**
   * @param all also the ledgers that agree
   * @throws DomainError 404 `import_not_found`
   */
  async of(id: string, { all }: { all: boolean }): Promise<ReconciliationDto> {
    const { counts, status, opening_difference } = await readImport(this.dataSource, id);
    const { currencyDigits: digits } = await this.settings.get();
    const lines = await this.lines(id);
    const differing = lines.filter((line) => !differenceOf(line).isZero() || !sameTurnover(line));
    const unread = counts.unread?.refused ?? 0;
    const show = (side: Side) => shown(side, digits);
    const rows = (all ? lines : differing).map(
      (line): ReconciliationRowDto => ({
        ledger: line.ledger,
        ledger_id: line.ledgerId,
        file: show(line.file),
        books: show(line.books),
        difference: formatAmount(differenceOf(line), digits),
      }),
    );
    return {
      import_id: id,
      status,
      reconciled: differing.length === 0 && unread === 0,
      ledgers: lines.length,
      differing: differing.length,
      unread_rows: unread,
      opening_difference,
      totals: { file: total(lines, 'file', digits), books: total(lines, 'books', digits) },
      rows,
    };
  }

  private async lines(id: string): Promise<Line[]> {
    const ofFile: { ledger: string; opening: string | null; debit: string; credit: string }[] =
      await this.dataSource.query(OF_FILE, [id]);
    const moved: { id: string; name: string; debit: string; credit: string }[] = await this.dataSource.query(MOVED, [
      id,
    ]);
    const movedByName = new Map(moved.map((row) => [foldName(row.name), row]));
    const opened = await this.openings(ofFile.map(({ ledger }) => ledger));
    const lines = ofFile.map(({ ledger, opening, debit, credit }): Line => {
      const key = foldName(ledger);
      const movement = movedByName.get(key);
      movedByName.delete(key);
      const known = opened.get(key);
      return {
        ledger,
        ledgerId: known?.id ?? null,
        file: { opening: new Decimal(opening ?? 0), debit: new Decimal(debit), credit: new Decimal(credit) },
        books: {
          // where the file says nothing of openings, they are none of its business
          opening: opening === null || !known ? ZERO : new Decimal(known.opening),
          debit: new Decimal(movement?.debit ?? 0),
          credit: new Decimal(movement?.credit ?? 0),
        },
      };
    });
    const others = [...movedByName.values()].map(
      ({ id: ledgerId, name, debit, credit }): Line => ({
        ledger: name,
        ledgerId,
        file: { opening: ZERO, debit: ZERO, credit: ZERO },
        books: { opening: ZERO, debit: new Decimal(debit), credit: new Decimal(credit) },
      }),
    );
    return [...lines, ...others];
  }

  private async openings(names: readonly string[]): Promise<Map<string, { id: string; opening: string }>> {
    const found = new Map<string, { id: string; opening: string }>();
    for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
      const rows: { id: string; name: string; opening: string }[] = await this.dataSource.query(OPENED, [
        names.slice(at, at + NAMES_AT_ONCE),
      ]);
      for (const { id, name, opening } of rows) found.set(foldName(name), { id, opening });
    }
    return found;
  }
}

const closingOf = ({ opening, debit, credit }: Side): Decimal => opening.plus(debit).minus(credit);
const differenceOf = ({ file, books }: Line): Decimal => closingOf(file).minus(closingOf(books));
const sameTurnover = ({ file, books }: Line): boolean =>
  file.debit.minus(file.credit).equals(books.debit.minus(books.credit));

const shown = (side: Side, digits: number) => ({
  opening: formatAmount(side.opening, digits),
  debit: formatAmount(side.debit, digits),
  credit: formatAmount(side.credit, digits),
  closing: formatAmount(closingOf(side), digits),
});

function total(lines: readonly Line[], which: 'file' | 'books', digits: number) {
  const closings = lines.map((line) => closingOf(line[which]));
  const add = (some: readonly Decimal[]) =>
    formatAmount(
      some.reduce((sum, one) => sum.plus(one), ZERO),
      digits,
    );
  return {
    debit: add(closings.filter((one) => one.isPositive())),
    credit: add(closings.filter((one) => one.isNegative()).map((one) => one.negated())),
  };
}
