import { Decimal, notFound, ZERO } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { formatter, signed, sum } from '../amounts.js';
import { comparativeCells } from '../frame/comparatives.js';
import { comparedPeriods, Comparing, ComparedPeriodDto, type Period } from '../frame/compared-periods.js';
import { KnownAt, readKnownAt } from '../frame/known-at.js';
import { firstLink, groupLink, type Links, LinksDto, statementLink } from '../frame/links.js';
import { DefineReport, type Report } from '../frame/report.js';
import { balance, type ReportTable, side, text } from '../frame/report-table.js';
import { type GroupTree, ReadGroupTree } from '../group-tree.js';
import { KnownMovements } from '../known-movements.js';
import { PeriodQuery } from '../report.dto.js';
import { ReportPeriod } from '../report-period.js';
import { trialBalance } from '../trial-balance.js';

const ID = '383483921874944';

class GroupSummaryQuery extends Comparing(KnownAt(PeriodQuery)) {
  @ApiPropertyOptional({ description: 'the groups and ledgers right below this one; default: the primary groups' })
  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'group_id must be the id of a group' })
  group_id?: string;
}

class GroupSummaryRowDto {
  @ApiProperty({ enum: ['group', 'ledger'] }) kind: 'group' | 'ledger';
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ example: 'Bank Accounts' }) name: string;
  @ApiProperty({ example: '0.00', description: 'debit positive' }) opening: string;
  @ApiProperty({ example: '1180.00', description: 'gross movement' }) debit: string;
  @ApiProperty({ example: '0.00' }) credit: string;
  @ApiProperty({ example: '1180.00', description: 'debit positive' }) closing: string;
  @ApiProperty({ type: LinksDto }) links: LinksDto;
  @ApiProperty({ required: false, type: [String], description: 'with `compare`: closing of each of `periods`' })
  comparatives?: string[];
}

class GroupSummaryDto {
  @ApiProperty({ example: '2026-04-01' }) from: string;
  @ApiProperty({ example: '2027-03-31' }) to: string;
  @ApiProperty({ nullable: true, type: String, example: ID }) group_id: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'Current Assets' }) group: string | null;
  @ApiProperty({ type: [GroupSummaryRowDto] }) rows: GroupSummaryRowDto[];
  @ApiProperty({ type: Object, example: { opening: '0.00', debit: '1180.00', credit: '0.00', closing: '1180.00' } })
  totals: { opening: string; debit: string; credit: string; closing: string };
  @ApiProperty({ required: false, type: [ComparedPeriodDto] }) periods?: ComparedPeriodDto[];
}

interface Sums {
  kind: 'group' | 'ledger';
  id: string;
  name: string;
  opening: Decimal;
  debit: Decimal;
  credit: Decimal;
  closing: Decimal;
}

@DefineReport({
  name: 'group-summary',
  title: 'Group summary',
  description:
    'The groups and ledgers right below a group, with what each opens with, moves and closes with; by the rules of the trial balance. Each group leads to its own summary, each ledger to its statement.',
  query: GroupSummaryQuery,
  answer: { data: { group_summary: GroupSummaryDto } },
  refusals: { 404: 'group_not_found' },
})
export class GroupSummaryReport implements Report<GroupSummaryQuery> {
  constructor(
    private readonly period: ReportPeriod,
    private readonly movements: KnownMovements,
    private readonly groupTree: ReadGroupTree,
  ) {}

  async answer(query: GroupSummaryQuery) {
    return { group_summary: await this.read(query) };
  }

  async table(query: GroupSummaryQuery): Promise<ReportTable> {
    const { from, to, group, rows, totals, periods = [] } = await this.read(query);
    return {
      title: 'Group summary',
      subject: group ?? 'primary groups',
      period: `${from} to ${to}`,
      columns: [
        text('name', 'Particulars', 4),
        balance('opening', 'Opening'),
        side('debit', 'Debit'),
        side('credit', 'Credit'),
        balance('closing', 'Closing'),
        ...periods.map((one, index) => balance(`comparative_${index + 1}`, one.to)),
      ],
      rows: [
        ...rows.map(({ kind, links, comparatives, id: _, ...cells }) => ({
          kind: kind === 'group' ? ('subtotal' as const) : ('line' as const),
          cells: { ...cells, ...comparativeCells(comparatives) },
          link: firstLink(links),
        })),
        { kind: 'total', cells: { name: 'Total', ...totals } },
      ],
    };
  }

  private async read(query: GroupSummaryQuery) {
    const period = await this.period.of(query.from, query.to);
    const tree = await this.groupTree.read();
    const groupId = query.group_id ?? null;
    if (groupId !== null && !tree.has(groupId)) throw notFound('group', groupId, 'group_not_found');
    const knownAt = readKnownAt(query.known_at);
    const of = async ({ from, to }: Period) => {
      const { movements, settings } = await this.movements.between(from, to, { knownAt });
      const digits = settings.currencyDigits;
      return { digits, sums: below(groupId, tree, trialBalance(movements, tree, { from, asOf: to, digits }).rows) };
    };
    const { digits, sums } = await of(period);
    const periods = comparedPeriods(period, query.compare);
    const others: Map<string, Sums>[] = [];
    for (const one of periods) others.push((await of(one)).sums);
    const format = formatter(digits);
    const shown = new Map([
      ...sums,
      ...others.flatMap((other) => [...other].filter(([id]) => !sums.has(id)).map(nothing)),
    ]);
    const rows = [...shown.values()].sort((a, b) => order(a, tree) - order(b, tree));
    const total = (column: 'opening' | 'debit' | 'credit' | 'closing') => format(sum(rows.map((row) => row[column])));
    return {
      ...period,
      group_id: groupId,
      group: groupId === null ? null : tree.get(groupId).name,
      rows: rows.map((row) => ({
        kind: row.kind,
        id: row.id,
        name: row.name,
        opening: format(row.opening),
        debit: format(row.debit),
        credit: format(row.credit),
        closing: format(row.closing),
        links: (row.kind === 'group' ? groupLink(row.id, period) : statementLink(row.id, period)) as Links,
        ...(query.compare && { comparatives: others.map((other) => format(other.get(row.id)?.closing ?? ZERO)) }),
      })),
      totals: { opening: total('opening'), debit: total('debit'), credit: total('credit'), closing: total('closing') },
      ...(query.compare && { periods }),
    };
  }
}

const nothing = ([id, row]: [string, Sums]): [string, Sums] => [
  id,
  { ...row, opening: ZERO, debit: ZERO, credit: ZERO, closing: ZERO },
];

/** Groups in the chart's order, then ledgers as they come. */
const order = ({ kind, id }: Sums, tree: GroupTree) =>
  kind === 'group' ? tree.positionOf(id) : Number.MAX_SAFE_INTEGER;

type Row = ReturnType<typeof trialBalance>['rows'][number];

/** What stands right below a group: ledgers of its own, and groups with the sums of all below them. */
function below(groupId: string | null, tree: GroupTree, rows: readonly Row[]): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const path = tree.path(row.group_id);
    const place = groupId === null ? -1 : path.findIndex(({ id }) => id === groupId);
    if (groupId !== null && place < 0) continue;
    const child = path[place + 1];
    const [kind, id, name] = child
      ? (['group', child.id, child.name] as const)
      : (['ledger', row.ledger_id!, row.ledger!] as const);
    const before = sums.get(id) ?? { kind, id, name, opening: ZERO, debit: ZERO, credit: ZERO, closing: ZERO };
    sums.set(id, {
      ...before,
      opening: before.opening.plus(signed(row.opening_debit, row.opening_credit)),
      debit: before.debit.plus(row.debit),
      credit: before.credit.plus(row.credit),
      closing: before.closing.plus(signed(row.closing_debit, row.closing_credit)),
    });
  }
  return sums;
}
