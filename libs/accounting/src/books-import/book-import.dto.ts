import { PageQuery, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength, registerDecorator, ValidateNested } from 'class-validator';
import type { TableColumns } from './formats/tables/table.js';
import { DryRunQuery } from '../vouchers/dry-run.js';
import {
  IMPORT_FORMATS,
  IMPORT_MODES,
  type ImportFormat,
  type ImportOptions,
  MISSING_CHOICES,
  type NameMapping,
  NUMBER_CHOICES,
} from './import-options.js';
import { TableColumnsDto } from './table-columns.dto.js';
import { ROW_KINDS, ROW_STATUSES, type RowKind, type RowStatus } from './plan/planned-row.js';

const NAMES_MAX = 5_000;
const NAME_MAX = 190;

const oneOf = (choices: readonly string[]) => ({ message: `$property must be one of ${choices.join(', ')}` });

const MODE = {
  enum: IMPORT_MODES,
  default: 'all_or_nothing',
  description: 'all_or_nothing: in one transaction, up to 10,000 vouchers; by_row: refused rows are left out',
};
const NUMBERS = {
  enum: NUMBER_CHOICES,
  default: 'renew',
  description:
    'of vouchers whose type numbers automatically. renew: by the program, the file’s number is kept as metadata number_in_file; keep: in a type of their own, numbered by hand',
};
const MISSING = {
  enum: MISSING_CHOICES,
  default: 'refuse',
  description: 'ledgers and cost centres that nothing explains. suspense: are made, ledgers under Suspense A/c',
};

export class UploadQuery extends DryRunQuery {
  @ApiPropertyOptional({ example: 'books.xml' }) @IsOptional() @IsString() @MaxLength(200) file_name?: string;
  @ApiPropertyOptional({ enum: IMPORT_FORMATS, description: 'left away: what the file looks like' })
  @IsOptional()
  @IsIn(IMPORT_FORMATS, oneOf(IMPORT_FORMATS))
  format?: ImportFormat;
  @ApiPropertyOptional(MODE) @IsOptional() @IsIn(IMPORT_MODES, oneOf(IMPORT_MODES)) mode?: ImportOptions['mode'];
  @ApiPropertyOptional(NUMBERS)
  @IsOptional()
  @IsIn(NUMBER_CHOICES, oneOf(NUMBER_CHOICES))
  numbers?: ImportOptions['numbers'];
  @ApiPropertyOptional(MISSING)
  @IsOptional()
  @IsIn(MISSING_CHOICES, oneOf(MISSING_CHOICES))
  missing_masters?: ImportOptions['missing_masters'];
}

function isNames(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= NAMES_MAX &&
    entries.every(([from, to]) => from !== '' && typeof to === 'string' && to.trim() !== '' && to.length <= NAME_MAX)
  );
}

const Names = (example: Record<string, string>) => (target: object, property: string) => {
  ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, example })(target, property);
  IsOptional()(target, property);
  registerDecorator({
    name: 'isNames',
    target: target.constructor,
    propertyName: property,
    validator: {
      validate: isNames,
      defaultMessage: () =>
        `${property} must be an object of at most ${NAMES_MAX} names, each of at most ${NAME_MAX} characters`,
    },
  });
};

/** What the file calls something → what the company calls it. */
export class NamesDto implements NameMapping {
  @Names({ 'Sundry Debtors (North)': 'Sundry Debtors' }) groups?: Record<string, string>;
  @Names({ 'HDFC Bank Ltd': 'HDFC Bank' }) ledgers?: Record<string, string>;
  @Names({ 'Tax Invoice': 'Sales' }) voucher_types?: Record<string, string>;
  @Names({ 'Head Office': 'Pune' }) cost_centres?: Record<string, string>;
}

/** What is not sent stays. */
export class ChangeImportDto {
  @ApiPropertyOptional(MODE) @IsOptional() @IsIn(IMPORT_MODES, oneOf(IMPORT_MODES)) mode?: ImportOptions['mode'];
  @ApiPropertyOptional(NUMBERS)
  @IsOptional()
  @IsIn(NUMBER_CHOICES, oneOf(NUMBER_CHOICES))
  numbers?: ImportOptions['numbers'];
  @ApiPropertyOptional(MISSING)
  @IsOptional()
  @IsIn(MISSING_CHOICES, oneOf(MISSING_CHOICES))
  missing_masters?: ImportOptions['missing_masters'];
  @ApiPropertyOptional({ type: NamesDto, description: 'replaces the names given before; remembered for the next file' })
  @IsOptional()
  @ValidateNested()
  @Type(() => NamesDto)
  names?: NamesDto;
  @ApiPropertyOptional({
    type: TableColumnsDto,
    description: 'of CSV and XLSX; replaces those before; remembered for files with the same header',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => TableColumnsDto)
  columns?: TableColumnsDto;
}

export class RunImportDto {
  @ApiPropertyOptional({ enum: IMPORT_MODES, description: 'instead of the mode that the import has' })
  @IsOptional()
  @IsIn(IMPORT_MODES, oneOf(IMPORT_MODES))
  mode?: ImportOptions['mode'];
}

export class UndoImportDto {
  @ApiProperty({ example: 'the wrong year was exported', description: 'stands with each cancelled voucher' })
  @trimmed()
  @IsString()
  @IsNotEmpty({ message: 'reason must not be empty' })
  @MaxLength(500)
  reason: string;
}

export class ListImportRowsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ROW_KINDS }) @IsOptional() @IsIn(ROW_KINDS, oneOf(ROW_KINDS)) kind?: RowKind;
  @ApiPropertyOptional({ enum: ROW_STATUSES })
  @IsOptional()
  @IsIn(ROW_STATUSES, oneOf(ROW_STATUSES))
  status?: RowStatus;
}

export class ReconciliationQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], default: 'false', description: 'also the ledgers that agree' })
  @IsOptional()
  @IsIn(['true', 'false'])
  all?: string;
}

export class ImportRowDto {
  @ApiProperty({ example: 812, description: 'line of the file' }) line: number;
  @ApiProperty({ enum: ROW_KINDS }) kind: RowKind;
  @ApiProperty({ example: 'Sales S/17 2026-04-03' }) name: string;
  @ApiProperty({ enum: ROW_STATUSES }) status: RowStatus;
  @ApiProperty({ nullable: true, type: String, description: 'id of what it is in the books' }) object_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'LEDGERNAME', description: 'element or column' })
  column: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'ledger_not_found' }) code: string | null;
  @ApiProperty({ nullable: true, type: String }) message: string | null;
}

class PeriodDto {
  @ApiProperty({ example: '2025-04-01' }) from: string;
  @ApiProperty({ example: '2026-03-31' }) to: string;
}

class ProgressDto {
  @ApiProperty({ example: 1200 }) done: number;
  @ApiProperty({ example: 3099 }) total: number;
}

class WarningDto {
  @ApiProperty({ example: 'bill_came_again' }) code: string;
  @ApiProperty() message: string;
  @ApiProperty({ example: 3 }) count: number;
  @ApiProperty({ example: 412 }) first_line: number;
}

class FailureDto {
  @ApiProperty({ example: 'period_locked' }) code: string;
  @ApiProperty() message: string;
}

export class BookImportDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ enum: IMPORT_FORMATS }) format: string;
  @ApiProperty({ example: 'books.xml' }) file_name: string;
  @ApiProperty({ enum: ['ready', 'running', 'succeeded', 'failed', 'undoing', 'undone'] }) status: string;
  @ApiProperty({ enum: IMPORT_MODES }) mode: string;
  @ApiProperty({ enum: NUMBER_CHOICES }) numbers: string;
  @ApiProperty({ enum: MISSING_CHOICES }) missing_masters: string;
  @ApiProperty({ type: NamesDto }) names: NameMapping;
  @ApiProperty({ type: TableColumnsDto, nullable: true, description: 'of a table: which columns hold what' })
  columns: TableColumns | null;
  @ApiProperty({ type: [String], nullable: true, description: 'of a table: what its columns are called' })
  file_columns: string[] | null;
  @ApiProperty({ type: PeriodDto, nullable: true, description: 'of the vouchers of the file' })
  period: PeriodDto | null;
  @ApiProperty({
    type: Object,
    example: { ledger: { ready: 64, exists: 2 }, voucher: { ready: 3028, refused: 1 } },
    description: 'rows by kind and status',
  })
  counts: Record<string, Record<string, number>>;
  @ApiProperty({ type: ProgressDto }) progress: ProgressDto;
  @ApiProperty({
    example: '0.00',
    description: 'sum of the openings of the file, debit positive; stands in Suspense A/c',
  })
  opening_difference: string;
  @ApiProperty({ type: Object, example: { STOCKITEM: 12 }, description: 'what books do not take, by kind' })
  ignored: Record<string, number>;
  @ApiProperty({ type: [WarningDto] }) warnings: WarningDto[];
  @ApiProperty({ type: [ImportRowDto], description: 'the first twenty refused rows' }) problems: ImportRowDto[];
  @ApiProperty({ type: FailureDto, nullable: true }) error: FailureDto | null;
  @ApiProperty({ nullable: true, type: String }) undo_reason: string | null;
  @ApiProperty() created_by: string;
  @ApiProperty() created_at: string;
  @ApiProperty({ nullable: true, type: String }) started_at: string | null;
  @ApiProperty({ nullable: true, type: String }) finished_at: string | null;
}
