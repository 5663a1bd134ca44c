import { IfSent, IsAmount, IsCalendarDate, isPlainAmount, trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { LinksDto } from '../reports/frame/links.js';
import { PeriodQuery } from '../reports/report.dto.js';
import { MONTHS_MAX } from './months.js';

export const LINES_MAX = 500;

const IsId = (what: string) => Matches(/^\d{1,20}$/, { message: `$property must be the id of ${what}` });

/** Validates an object of month ("2026-04") → amount. */
function AreMonths(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'areMonths',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          Object.keys(value).length <= MONTHS_MAX &&
          Object.entries(value).every(
            ([month, amount]) => /^\d{4}-(0[1-9]|1[0-2])$/.test(month) && isPlainAmount(amount),
          ),
        defaultMessage: () => 'months must be an object of months and amounts such as {"2026-04": "5000.00"}',
      },
    });
}

export class BudgetLineBodyDto {
  @ApiPropertyOptional({ description: 'id of a ledger' }) @IfSent() @IsId('a ledger') ledger_id?: string;
  @ApiPropertyOptional({ example: 'Advertising', description: 'or its name' })
  @IfSent()
  @trimmed()
  @MaxLength(190)
  @IsString()
  @IsNotEmpty()
  ledger?: string;

  @ApiPropertyOptional({ description: 'or the id of an account group, with all below it' })
  @IfSent()
  @IsId('an account group')
  group_id?: string;
  @ApiPropertyOptional({ example: 'Indirect Expenses', description: 'or its name' })
  @IfSent()
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty()
  group?: string;

  @ApiPropertyOptional({ description: 'or the id of a cost centre, with all below it' })
  @IfSent()
  @IsId('a cost centre')
  cost_centre_id?: string;
  @ApiPropertyOptional({ example: 'Marketing', description: 'or its name' })
  @IfSent()
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty()
  cost_centre?: string;

  @ApiPropertyOptional({ example: '120000.00', description: 'for the whole budget, spread evenly over its months' })
  @IfSent()
  @IsAmount()
  amount?: string;

  @ApiPropertyOptional({
    type: Object,
    example: { '2026-04': '5000.00', '2026-05': '7000.00' },
    description: 'or an amount for each month; months that are not named have none',
  })
  @IfSent()
  @IsObject()
  @AreMonths()
  months?: Record<string, string>;

  @ApiPropertyOptional({
    enum: ['debit', 'credit'],
    description:
      'the direction that is planned; default: the one in which ledger or group grow, debit for cost centres',
  })
  @IfSent()
  @IsIn(['debit', 'credit'], { message: 'side must be debit or credit' })
  side?: 'debit' | 'credit';
}

export class CreateBudgetDto {
  @ApiProperty({ example: 'Budget 2026-27' })
  @trimmed()
  @MaxLength(120)
  @IsString()
  @IsNotEmpty({ message: 'name must not be empty' })
  name: string;

  @ApiProperty({ example: '2026-04-01', description: 'first day of a month' }) @IsCalendarDate() from: string;
  @ApiProperty({ example: '2027-03-31', description: 'last day of a month' }) @IsCalendarDate() to: string;

  @ApiProperty({
    type: [BudgetLineBodyDto],
    maxItems: LINES_MAX,
    example: [{ group: 'Indirect Expenses', amount: '120000.00' }],
  })
  @IsArray()
  @ArrayMinSize(1, { message: 'lines must not be empty' })
  @ArrayMaxSize(LINES_MAX, { message: `lines: at most ${LINES_MAX}` })
  @ValidateNested({ each: true })
  @Type(() => BudgetLineBodyDto)
  lines: BudgetLineBodyDto[];
}

/** What is not sent stays; lines that are sent replace all of them. */
export class UpdateBudgetDto extends PartialType(CreateBudgetDto, { skipNullProperties: false }) {}

export class BudgetDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: 'Budget 2026-27' }) name: string;
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty() version: number;
}

export class BudgetLineDto {
  @ApiProperty({ enum: ['ledger', 'group', 'cost_centre'] }) kind: 'ledger' | 'group' | 'cost_centre';
  @ApiProperty({ description: 'id of the ledger, group or cost centre' }) target_id: string;
  @ApiProperty({ example: 'Indirect Expenses' }) target: string;
  @ApiProperty({ enum: ['debit', 'credit'] }) side: 'debit' | 'credit';
  @ApiProperty({ example: '120000.00' }) amount: string;
  @ApiProperty({ type: Object, example: { '2026-04': '10000.00' } }) months: Record<string, string>;
}

export class BudgetWithLinesDto extends BudgetDto {
  @ApiProperty({ type: [BudgetLineDto] }) lines: BudgetLineDto[];
}

export class BudgetVarianceQuery extends PeriodQuery {}

export class BudgetVarianceRowDto {
  @ApiProperty({ enum: ['ledger', 'group', 'cost_centre'] }) kind: string;
  @ApiProperty() target_id: string;
  @ApiProperty({ example: 'Indirect Expenses' }) target: string;
  @ApiProperty({ enum: ['debit', 'credit'] }) side: string;
  @ApiProperty({ example: '10000.00' }) budget: string;
  @ApiProperty({ example: '8200.00', description: 'net movement of the period on the side of the budget' })
  actual: string;
  @ApiProperty({ example: '-1800.00', description: 'actual less budget' }) variance: string;
  @ApiProperty({ nullable: true, type: String, example: '82.00', description: 'actual in percent of the budget' })
  used_percent: string | null;
  @ApiProperty({
    nullable: true,
    type: Boolean,
    description: 'more income or less expense than planned; null when neither',
  })
  favourable: boolean | null;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
}

export class BudgetVarianceDto {
  @ApiProperty() budget_id: string;
  @ApiProperty({ example: 'Budget 2026-27' }) budget: string;
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2026-04-30' }) to: string;
  @ApiProperty({ type: [BudgetVarianceRowDto] }) rows: BudgetVarianceRowDto[];
}
