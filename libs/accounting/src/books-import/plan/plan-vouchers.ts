import { setImmediate } from 'node:timers/promises';
import { canonicalJson, sha256 } from '@finvera/common';
import { financialYearOf } from '../../periods/financial-year.js';
import { foldName } from '../../vouchers/same-name.js';
import type { CreateVoucherDto } from '../../vouchers/voucher.dto.js';
import { assertDate } from '../../vouchers/voucher-date.js';
import { NUMBER_MAX_LENGTH } from '../../vouchers/voucher-numbering.js';
import type { ParsedVoucher } from '../formats/parsed-books.js';
import type { KnownBooks } from './known-books.js';
import type { EntryPlan } from './plan-entries.js';
import type { PlacedType, VoucherTypePlan } from './plan-voucher-types.js';
import { type PlannedRow, planRow, RowRefusal } from './planned-row.js';
import type { Warnings } from './warnings.js';

/** Vouchers between which others come to their turn. */
export const VOUCHERS_AT_ONCE = 200;
const NARRATION_MAX = 1_000;
const REFERENCE_MAX = 100;

/** A voucher that came with an import before. */
export interface ImportedVoucher {
  voucherId: string;
  contentHash: string;
}

export interface Fingerprint {
  /** what the voucher is known by for ever */
  key: string;
  /** of its content */
  hash: string;
}

export interface VoucherPayload extends Fingerprint {
  body: CreateVoucherDto;
}

interface Context {
  known: KnownBooks;
  types: VoucherTypePlan;
  entries: EntryPlan;
  warnings: Warnings;
  /** by source key */
  imported: ReadonlyMap<string, ImportedVoucher>;
}

/** Identity and content of each voucher of a file, in its order. Others come to their turn meanwhile. */
export async function fingerprints(vouchers: readonly ParsedVoucher[]): Promise<Fingerprint[]> {
  // two alike in one file that does not name them are two; the same file again brings the first and the second again
  const seen = new Map<string, number>();
  const found: Fingerprint[] = [];
  for (const { row: _row, key, ...content } of vouchers) {
    if (found.length % VOUCHERS_AT_ONCE === VOUCHERS_AT_ONCE - 1) await setImmediate();
    const hash = sha256(canonicalJson(content));
    const nth = (seen.get(hash) ?? 0) + 1;
    if (key === null) seen.set(hash, nth);
    found.push({ key: sha256(key === null ? `${nth} ${hash}` : `key ${key}`), hash });
  }
  return found;
}

/** Vouchers of a file as bodies that can be posted. */
export class VoucherPlan {
  readonly rows: PlannedRow[] = [];
  private readonly numbers = new Set<string>();
  private readonly keys = new Set<string>();

  constructor(private readonly context: Context) {}

  plan(voucher: ParsedVoucher, { key, hash }: Fingerprint): PlannedRow {
    const name = `${voucher.type} ${voucher.number} ${voucher.date}`.replace(/\s+/g, ' ').slice(0, 255);
    const row = planRow({ line: voucher.row, kind: 'voucher', name }, () => {
      const before = this.context.imported.get(key);
      if (before?.contentHash === hash) return { status: 'repeated', objectId: before.voucherId };
      if (before)
        throw new RowRefusal(
          'imported_before',
          'GUID',
          'It was imported before with other content; alter that voucher by hand, or undo that import first.',
        );
      if (this.keys.has(key)) throw new RowRefusal('voucher_twice', 'GUID', 'The file has it twice.', 'left_out');
      this.keys.add(key);
      const payload: VoucherPayload = { key, hash, body: this.bodyOf(voucher) };
      return { status: 'ready', payload };
    });
    this.rows.push(row);
    return row;
  }

  private bodyOf(voucher: ParsedVoucher): CreateVoucherDto {
    if (voucher.cancelled) throw new RowRefusal('cancelled', 'ISCANCELLED', 'It is cancelled in the file.', 'left_out');
    const type = this.context.types.named(voucher.type, voucher.row);
    if (voucher.entries.length === 0)
      throw new RowRefusal('no_money', 'ALLLEDGERENTRIES.LIST', 'It has no entries with an amount.', 'left_out');
    const { settings } = this.context.known;
    assertDate(voucher.date, { settings, mayOverrideLock: false, field: 'DATE' });
    const number = this.numberOf(voucher, type);
    return {
      voucher_type: type.name,
      date: voucher.date,
      number,
      narration: this.cut(voucher.narration, NARRATION_MAX, voucher.row),
      reference: this.cut(voucher.reference, REFERENCE_MAX, voucher.row),
      status: voucher.optional ? 'draft' : 'posted',
      entries: this.context.entries.entriesOf(voucher),
      ...(number === null && voucher.number !== '' && { metadata: { number_in_file: voucher.number } }),
    };
  }

  /** What the file calls it, where its type is numbered by hand. */
  private numberOf({ number, date, row }: ParsedVoucher, type: PlacedType): string | null {
    if (type.numbering !== 'manual') return null;
    if (number === '')
      throw new RowRefusal(
        'number_required',
        'VOUCHERNUMBER',
        `Vouchers of type ${type.name} are numbered by hand, and it has no number.`,
      );
    if (number.length > NUMBER_MAX_LENGTH)
      throw new RowRefusal(
        'number_too_long',
        'VOUCHERNUMBER',
        `${number} has more than ${NUMBER_MAX_LENGTH} characters (CGST Rules, rule 46); choose numbers=renew.`,
      );
    const year = financialYearOf(date, this.context.known.settings.financialYearStart).start;
    const key = `${foldName(type.name)} ${year} ${foldName(number)}`;
    if (this.numbers.has(key))
      throw new RowRefusal(
        'voucher_number_taken',
        'VOUCHERNUMBER',
        `The file has the number ${number} of ${type.name} twice in one financial year (line ${row}); choose numbers=renew.`,
      );
    this.numbers.add(key);
    return number;
  }

  private cut(text: string, max: number, line: number): string {
    if (text.length <= max) return text;
    this.context.warnings.add(
      'text_cut',
      line,
      `Narrations are cut after ${NARRATION_MAX} characters, references after ${REFERENCE_MAX}.`,
    );
    return `${[...text].slice(0, max - 1).join('')}…`;
  }
}
