import { Decimal } from '@finvera/common';
import { InjectTenantReader, TenantReader } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Nature } from '../chart/account-group.entity.js';
import { type CompanySettings, CompanySettingsReader } from '../company/company-settings.js';
import { financialYearOf } from '../periods/financial-year.js';
import { KNOWN, knownAtParameters } from './known-entries.js';
import { type LedgerMovement, LedgerMovements } from './ledger-movements.js';

interface Row {
  ledger_id: string;
  ledger: string;
  reserved_code: string | null;
  group_id: string;
  nature: Nature;
  before_net: string | null;
  before_this_year: string | null;
  debit: string | null;
  credit: string | null;
}

/** What `LedgerMovements` answers, from entries as they were known. It reads all of them: no total holds what was. */
const SELECT = `SELECT l.id AS ledger_id, l.name AS ledger, l.reserved_code, l.group_id, g.nature,
    m.before_net, m.before_this_year, m.debit, m.credit
  FROM ledgers l JOIN account_groups g ON g.id = l.group_id LEFT JOIN (
    SELECT e.ledger_id,
      SUM(CASE WHEN e.date < ? OR e.is_opening = 1 THEN e.debit - e.credit ELSE 0 END) AS before_net,
      SUM(CASE WHEN e.date >= ? AND (e.date < ? OR e.is_opening = 1) THEN e.debit - e.credit ELSE 0 END) AS before_this_year,
      SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 AND (? = 1 OR t.base_type <> 'closing') THEN e.debit ELSE 0 END) AS debit,
      SUM(CASE WHEN e.date >= ? AND e.is_opening = 0 AND (? = 1 OR t.base_type <> 'closing') THEN e.credit ELSE 0 END) AS credit
    FROM entries e JOIN vouchers v ON v.id = e.voucher_id JOIN voucher_types t ON t.id = v.voucher_type_id
    WHERE ${KNOWN} AND e.date <= ?
    GROUP BY e.ledger_id
  ) m ON m.ledger_id = l.id
  ORDER BY g.sort_order, g.name, l.name, l.id`;

export interface MovementOptions {
  /** whether what the vouchers that close years moved is part of them; default: yes */
  closings?: boolean;
  /** as the books knew them at this moment; default: now */
  knownAt?: Date;
}

/** Movements as of now (`LedgerMovements`), or as the books knew them at a past moment. */
@Injectable()
export class KnownMovements {
  constructor(
    @InjectTenantReader() private readonly reader: TenantReader,
    private readonly settings: CompanySettingsReader,
    private readonly movements: LedgerMovements,
  ) {}

  /** Movements of all ledgers from one day to another, both included. */
  async between(
    from: string,
    to: string,
    { closings = true, knownAt }: MovementOptions = {},
  ): Promise<{ movements: LedgerMovement[]; settings: CompanySettings }> {
    if (!knownAt) return this.movements.between(from, to, { closings });
    const settings = await this.settings.get();
    const yearStart = financialYearOf(from, settings.financialYearStart).start;
    const all = closings ? 1 : 0;
    const rows = await this.reader.read((source) =>
      source.query<Row[]>(SELECT, [from, yearStart, from, from, all, from, all, ...knownAtParameters(knownAt), to]),
    );
    const movements = rows.map((row) => ({
      ledgerId: row.ledger_id,
      ledger: row.ledger,
      reservedCode: row.reserved_code,
      groupId: row.group_id,
      nature: row.nature,
      before: new Decimal(row.before_net ?? 0),
      beforeThisYear: new Decimal(row.before_this_year ?? 0),
      debit: new Decimal(row.debit ?? 0),
      credit: new Decimal(row.credit ?? 0),
    }));
    return { movements, settings };
  }
}
