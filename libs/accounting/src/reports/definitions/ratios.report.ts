import { ApiProperty } from '@nestjs/swagger';
import { formatter } from '../amounts.js';
import { BooksFigures } from '../books-figures.js';
import { comparativeCells, comparativeColumns } from '../frame/comparatives.js';
import { ComparedPeriodDto, comparedPeriods, Comparing, type Period } from '../frame/compared-periods.js';
import { KnownAt, readKnownAt } from '../frame/known-at.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, number, type ReportRow, type ReportTable, text } from '../frame/report-table.js';
import { ReadGroupTree } from '../group-tree.js';
import { KnownMovements } from '../known-movements.js';
import { type Figure, PRINCIPAL_FIGURES, principalFigures, RATIOS, valueOfRatio } from '../ratios.js';
import { PeriodQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';

class RatiosQuery extends Comparing(KnownAt(PeriodQuery)) {}

class FigureDto {
  @ApiProperty({ example: 'current_assets' }) figure: string;
  @ApiProperty({ example: 'Current assets' }) title: string;
  @ApiProperty({ example: '1180.00', description: 'positive in its own direction' }) amount: string;
  @ApiProperty({ required: false, type: [String], description: 'with `compare`' }) comparatives?: string[];
}

class RatioDto {
  @ApiProperty({ example: 'current_ratio' }) ratio: string;
  @ApiProperty({ example: 'Current ratio' }) title: string;
  @ApiProperty({ enum: ['ratio', 'percent', 'days'] }) unit: string;
  @ApiProperty({ example: 'current assets / current liabilities' }) formula: string;
  @ApiProperty({
    nullable: true,
    type: String,
    example: '1.50',
    description: 'null where nothing stands below the line',
  })
  value: string | null;
  @ApiProperty({ required: false, type: [String], description: 'with `compare`' }) comparatives?: (string | null)[];
}

class RatiosDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ type: [FigureDto] }) figures: FigureDto[];
  @ApiProperty({ type: [RatioDto] }) ratios: RatioDto[];
  @ApiProperty({ required: false, type: [ComparedPeriodDto] }) periods?: ComparedPeriodDto[];
}

@DefineReport({
  name: 'ratios',
  title: 'Ratio summary',
  description:
    'Principal figures at the end of a period and of it, and ratios made of them to two digits (rounded half up). Balances are those of the seeded groups with all that stands below them; turnover and profit are those of the period.',
  query: RatiosQuery,
  answer: { data: { ratios: RatiosDto } },
})
export class RatiosReport implements Report<RatiosQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: KnownMovements,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async answer(query: RatiosQuery) {
    return { ratios: await this.read(query) };
  }

  async table(query: RatiosQuery): Promise<ReportTable> {
    const { from, to, figures, ratios, periods = [] } = await this.read(query);
    const valuesBeside = (values: readonly (string | null)[] = []) =>
      Object.fromEntries(values.map((value, index) => [`value_${index + 1}`, value]));
    return {
      title: 'Ratio summary',
      period: `${from} to ${to}`,
      columns: [
        text('title', 'Particulars', 4),
        text('formula', 'Formula', 4),
        amount('amount', 'Amount'),
        { ...number('value', 'Value'), weight: 1.5 },
        ...comparativeColumns(periods.map((one) => `Amount ${one.to}`)),
        ...periods.map((one, index) => ({ ...number(`value_${index + 1}`, `Value ${one.to}`), weight: 1.7 })),
      ],
      rows: [
        { kind: 'heading', cells: { title: 'Principal figures' } },
        ...figures.map(
          ({ title, amount: own, comparatives }): ReportRow => ({
            kind: 'line',
            depth: 1,
            cells: { title, amount: own, ...comparativeCells(comparatives) },
          }),
        ),
        { kind: 'heading', cells: { title: 'Ratios' } },
        ...ratios.map(
          ({ title, formula, value, comparatives }): ReportRow => ({
            kind: 'line',
            depth: 1,
            cells: { title, formula, value, ...valuesBeside(comparatives) },
          }),
        ),
      ],
    };
  }

  private async read(query: RatiosQuery) {
    const period = await this.period.of(query.from, query.to);
    const tree = await this.groupTree.read();
    const knownAt = readKnownAt(query.known_at);
    const of = async ({ from, to }: Period) => {
      const { movements, settings } = await this.movements.between(from, to, { knownAt });
      const { movements: earned } = await this.movements.between(from, to, { closings: false, knownAt });
      const figures = principalFigures(new BooksFigures(movements, tree), new BooksFigures(earned, tree));
      return { figures, format: formatter(settings.currencyDigits) };
    };
    const own = await of(period);
    const periods = comparedPeriods(period, query.compare);
    const others: (typeof own)[] = [];
    for (const one of periods) others.push(await of(one));
    const isCompared = query.compare !== undefined;
    return {
      ...period,
      figures: (Object.entries(PRINCIPAL_FIGURES) as [Figure, string][]).map(([figure, title]) => ({
        figure,
        title,
        amount: own.format(own.figures[figure]),
        ...(isCompared && { comparatives: others.map((other) => own.format(other.figures[figure])) }),
      })),
      ratios: RATIOS.map((ratio) => ({
        ratio: ratio.ratio,
        title: ratio.title,
        unit: ratio.unit,
        formula: ratio.formula,
        value: valueOfRatio(ratio, own.figures, period),
        ...(isCompared && {
          comparatives: others.map((other, index) => valueOfRatio(ratio, other.figures, periods[index]!)),
        }),
      })),
      ...(isCompared && { periods }),
    };
  }
}
