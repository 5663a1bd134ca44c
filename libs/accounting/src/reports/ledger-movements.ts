import { Decimal } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Nature } from '../chart/account-group.entity.js';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { financialYearOf } from '../periods/financial-year.js';
import { decimalOf, tenThousandths } from '../totals/ten-thousandths.js';
import { readTotals } from '../totals/read-totals.js';

/** What a ledger had before a period and moved within it; before: net, debit positive. */
export interface LedgerMovement {
  ledgerId: string;
  ledger: string;
  reservedCode: string | null;
  groupId: string;
  nature: Nature;
  /** all entries before the period, opening balances included */
  before: Decimal;
  /** of those, what stands in the financial year that holds the period's first day */
  beforeThisYear: Decimal;
  debit: Decimal;
  credit: Decimal;
  /** the same four as whole numbers, for what is computed over thousands of ledgers; undefined where nobody needs it */
  units?: MovementUnits;
}

/** In ten-thousandths: exact, whatever the currency's digits. */
export interface MovementUnits {
  before: bigint;
  beforeThisYear: bigint;
  debit: bigint;
  credit: bigint;
}

interface MovedLedger {
  ledgerId: string;
  ledger: string;
  reservedCode: string | null;
  groupId: string;
  nature: Nature;
}

/** Makes decimals of its amounts when they are asked for: a report over all ledgers may not need them. */
class Movement implements LedgerMovement {
  readonly ledgerId: string;
  readonly ledger: string;
  readonly reservedCode: string | null;
  readonly groupId: string;
  readonly nature: Nature;

  constructor(
    { ledgerId, ledger, reservedCode, groupId, nature }: MovedLedger,
    readonly units: MovementUnits,
  ) {
    this.ledgerId = ledgerId;
    this.ledger = ledger;
    this.reservedCode = reservedCode;
    this.groupId = groupId;
    this.nature = nature;
  }

  get before(): Decimal {
    return new Decimal(decimalOf(this.units.before));
  }

  get beforeThisYear(): Decimal {
    return new Decimal(decimalOf(this.units.beforeThisYear));
  }

  get debit(): Decimal {
    return new Decimal(decimalOf(this.units.debit));
  }

  get credit(): Decimal {
    return new Decimal(decimalOf(this.units.credit));
  }

  /** As other movements: amounts as decimals, no units. */
  toJSON(): MovedLedger & Record<keyof MovementUnits, Decimal> {
    const { ledgerId, ledger, reservedCode, groupId, nature, before, beforeThisYear, debit, credit } = this;
    return { ledgerId, ledger, reservedCode, groupId, nature, before, beforeThisYear, debit, credit };
  }
}

interface LedgerRow {
  id: string;
  name: string;
  reserved_code: string | null;
  group_id: string;
  nature: Nature;
}

interface Closing {
  ledger_id: string;
  debit: string;
  credit: string;
}

const LEDGERS = `SELECT l.id, l.name, l.reserved_code, l.group_id, g.nature
  FROM ledgers l JOIN account_groups g ON g.id = l.group_id ORDER BY g.sort_order, g.name, l.name, l.id`;

const NOTHING = { before_net: '0', before_this_year: '0', debit: '0', credit: '0' };

/** What the vouchers that close years moved within a period. */
const SELECT_CLOSINGS = `SELECT e.ledger_id, SUM(e.debit) AS debit, SUM(e.credit) AS credit
  FROM financial_years y JOIN entries e ON e.voucher_id = y.closing_voucher_id AND e.in_books = 1
  WHERE y.status = 'closed' AND y.end_date BETWEEN ? AND ? GROUP BY e.ledger_id`;

/** The one query that trial balance, profit & loss and balance sheet are made from, so that they cannot disagree. */
@Injectable()
export class LedgerMovements {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
  ) {}

  /**
   * Movements of all ledgers from one day to another, both included.
   * @param closings whether what the vouchers that close years moved is part of them
   */
  async between(
    from: string,
    to: string,
    { closings = true }: { closings?: boolean } = {},
  ): Promise<{ movements: LedgerMovement[]; settings: CompanySettings }> {
    const settings = await this.settings.get();
    const yearStart = financialYearOf(from, settings.financialYearStart).start;
    const { booksBegin } = settings;
    const { sums, ledgers, closed } = await this.reader.read(async (source) => ({
      sums: await readTotals(source, { booksBegin, yearStart, from, to }),
      ledgers: await source.query<LedgerRow[]>(LEDGERS),
      closed: closings ? [] : await source.query<Closing[]>(SELECT_CLOSINGS, [from, to]),
    }));
    const sumsOf = new Map(sums.map((row) => [row.ledger_id, row]));
    const closedBy = new Map(closed.map((row) => [row.ledger_id, row]));
    const movements = ledgers.map(({ id, name, reserved_code, group_id, nature }) => {
      const { before_net, before_this_year, debit, credit } = sumsOf.get(id) ?? NOTHING;
      const closing = closedBy.get(id) ?? NOTHING;
      return new Movement(
        { ledgerId: id, ledger: name, reservedCode: reserved_code, groupId: group_id, nature },
        {
          before: tenThousandths(before_net),
          beforeThisYear: tenThousandths(before_this_year),
          debit: tenThousandths(debit) - tenThousandths(closing.debit),
          credit: tenThousandths(credit) - tenThousandths(closing.credit),
        },
      );
    });
    return { movements, settings };
  }
}
