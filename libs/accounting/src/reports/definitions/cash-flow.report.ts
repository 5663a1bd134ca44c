import { type Decimal, ZERO } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { formatter, sum } from '../amounts.js';
import { ACTIVITIES, ACTIVITY_TITLES, type Activity } from '../cash-flow/activities.js';
import { DirectCashFlow } from '../cash-flow/direct-cash-flow.js';
import type { CashFlow, Flow } from '../cash-flow/flow.js';
import { indirectCashFlow } from '../cash-flow/indirect-cash-flow.js';
import { comparativeCells, comparativeColumns } from '../frame/comparatives.js';
import { ComparedPeriodDto, comparedPeriods, Comparing, type Period } from '../frame/compared-periods.js';
import { firstLink, LinksDto } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { amount, type ReportRow, type ReportTable, side, text } from '../frame/report-table.js';
import { ReadGroupTree } from '../group-tree.js';
import { type LedgerMovement, LedgerMovements } from '../ledger-movements.js';
import { PeriodQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { lineOf } from '../schedule-iii/lines.js';
import { ScheduleOwnLines } from '../schedule-iii/own-lines.js';

const METHODS = ['direct', 'indirect'] as const;

class CashFlowQuery extends Comparing(PeriodQuery) {
  @ApiPropertyOptional({
    enum: METHODS,
    default: 'direct',
    description: 'direct: receipts and payments; indirect: from profit (Accounting Standard 3)',
  })
  @IsOptional()
  @IsIn(METHODS, { message: `method must be one of ${METHODS.join(', ')}` })
  method?: (typeof METHODS)[number];
}

class CashFlowLineDto {
  @ApiProperty({ example: 'Sales' }) title: string;
  @ApiProperty({ example: '1180.00', description: 'what came in; negative: what went out' }) amount: string;
  @ApiProperty({ required: false, example: '1180.00', description: 'direct method' }) receipts?: string;
  @ApiProperty({ required: false, example: '0.00', description: 'direct method' }) payments?: string;
  @ApiProperty({ required: false, type: [String], description: 'with `compare`' }) comparatives?: string[];
  @ApiProperty({ required: false, type: LinksDto }) links?: LinksDto;
}

class CashFlowSectionDto {
  @ApiProperty({ enum: ACTIVITIES }) section: string;
  @ApiProperty({ example: 'Cash flow from operating activities' }) title: string;
  @ApiProperty({ example: '1180.00' }) amount: string;
  @ApiProperty({ required: false, type: [String], description: 'with `compare`' }) comparatives?: string[];
  @ApiProperty({ type: [CashFlowLineDto] }) lines: CashFlowLineDto[];
}

class CashFlowDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ enum: METHODS }) method: string;
  @ApiProperty({ example: '0.00', description: 'cash and cash equivalents before the period' }) opening: string;
  @ApiProperty({ example: '1180.00', description: 'the sum of the sections' }) net_change: string;
  @ApiProperty({ example: '1180.00' }) closing: string;
  @ApiProperty({ type: [CashFlowSectionDto] }) sections: CashFlowSectionDto[];
  @ApiProperty({ required: false, type: [ComparedPeriodDto] }) periods?: ComparedPeriodDto[];
  @ApiProperty({ required: false, type: [Object], description: 'with `compare`: the figures of each of `periods`' })
  comparatives?: object[];
}

@DefineReport({
  name: 'cash-flow',
  title: 'Cash flow statement',
  description:
    'Opening and closing of cash and cash equivalents, and what changed them by operating, investing and financing activities. They are the ledgers in that line of Schedule III (Cash-in-Hand and Bank Accounts, unless the company says otherwise); overdrafts are borrowings. The activity of each ledger follows from its line; depreciation, finance costs and tax are known when the company has put ledgers into these lines (`/api/settings/schedule-iii`).',
  query: CashFlowQuery,
  answer: { data: { cash_flow: CashFlowDto } },
})
export class CashFlowReport implements Report<CashFlowQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: LedgerMovements,
    private readonly groupTree: ReadGroupTree,
    private readonly ownLines: ScheduleOwnLines,
    private readonly direct: DirectCashFlow,
  ) {}

  async answer(query: CashFlowQuery) {
    return { cash_flow: await this.read(query) };
  }

  async table(query: CashFlowQuery): Promise<ReportTable> {
    const { from, to, method, sections, periods = [], comparatives, ...figures } = await this.read(query);
    const isDirect = method === 'direct';
    const figure = (title: string, name: 'opening' | 'net_change' | 'closing'): ReportRow => ({
      kind: 'total',
      cells: { title, amount: figures[name], ...comparativeCells(comparatives?.map((other) => other[name])) },
    });
    return {
      title: isDirect ? 'Cash flow statement (direct method)' : 'Cash flow statement (AS 3, indirect method)',
      period: `${from} to ${to}`,
      columns: [
        text('title', 'Particulars', 5),
        ...(isDirect ? [side('receipts', 'Receipts'), side('payments', 'Payments')] : []),
        amount('amount', 'Net'),
        ...comparativeColumns(periods.map((one) => `${one.from} to ${one.to}`)),
      ],
      rows: [
        ...sections.flatMap(({ title, lines, ...section }): ReportRow[] => [
          {
            kind: 'heading',
            cells: { title, amount: section.amount, ...comparativeCells(section.comparatives) },
          },
          ...lines.map(({ comparatives: beside, links, ...cells }) => ({
            kind: 'line' as const,
            depth: 1,
            cells: { ...cells, ...comparativeCells(beside) },
            link: firstLink(links),
          })),
        ]),
        figure('Net change of cash and cash equivalents', 'net_change'),
        figure('Cash and cash equivalents at the beginning', 'opening'),
        figure('Cash and cash equivalents at the end', 'closing'),
      ],
    };
  }

  private async read(query: CashFlowQuery) {
    const period = await this.period.of(query.from, query.to);
    const { method = 'direct' } = query;
    const tree = await this.groupTree.read();
    const own = await this.ownLines.read();
    const line = (one: LedgerMovement) => lineOf(one, tree.path(one.groupId), own);
    const of = async (one: Period) => {
      const { movements, settings } = await this.movements.between(one.from, one.to, { closings: false });
      const flow =
        method === 'direct'
          ? await this.direct.read(movements, one, line)
          : indirectCashFlow(movements, tree, { period: one, lineOf: line });
      return { flow, format: formatter(settings.currencyDigits) };
    };
    const main = await of(period);
    const periods = comparedPeriods(period, query.compare);
    const others: CashFlow[] = [];
    for (const one of periods) others.push((await of(one)).flow);
    const { format } = main;
    const isCompared = query.compare !== undefined;
    const figures = (flow: CashFlow) => {
      const change = total(flow.flows);
      return { opening: format(flow.opening), net_change: format(change), closing: format(flow.opening.plus(change)) };
    };
    return {
      ...period,
      method,
      ...figures(main.flow),
      sections: ACTIVITIES.map((activity) => sectionOf(activity, [main.flow, ...others], { format, isCompared })),
      ...(isCompared && { periods, comparatives: others.map(figures) }),
    };
  }
}

const total = (flows: readonly Flow[]): Decimal => sum(flows.map(({ amount: own }) => own));

/** The lines of one activity; one that only another period has stands there with nothing. */
function sectionOf(
  activity: Activity,
  all: readonly CashFlow[],
  { format, isCompared }: { format: (amount: Decimal) => string; isCompared: boolean },
) {
  const flowsOf = all.map(({ flows }) => flows.filter((flow) => flow.activity === activity));
  const [own, ...others] = flowsOf as [Flow[], ...Flow[][]];
  const known = new Map(own.map((flow) => [flow.key, flow]));
  for (const flow of others.flat())
    if (!known.has(flow.key))
      known.set(flow.key, {
        ...flow,
        amount: ZERO,
        links: undefined,
        ...(flow.receipts && { receipts: ZERO, payments: ZERO }),
      });
  return {
    section: activity,
    title: ACTIVITY_TITLES[activity],
    amount: format(total(own)),
    ...(isCompared && { comparatives: others.map((flows) => format(total(flows))) }),
    lines: [...known.values()].map(({ key, title, amount: net, receipts, payments, links }) => ({
      title,
      amount: format(net),
      ...(receipts && payments && { receipts: format(receipts), payments: format(payments) }),
      ...(isCompared && {
        comparatives: others.map((flows) => format(flows.find((flow) => flow.key === key)?.amount ?? ZERO)),
      }),
      ...(links && { links }),
    })),
  };
}
