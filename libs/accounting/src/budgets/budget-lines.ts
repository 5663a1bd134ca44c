import { Decimal, type FieldError, fractionDigits, groupBy, malformed, newId, ruleBroken } from '@finvera/common';
import type { EntityManager } from 'typeorm';
import type { SqlSession } from '../schema/sql-session.js';
import type { BudgetLineBodyDto } from './budget.dto.js';
import { monthsBetween, spreadEvenly } from './months.js';

export type TargetKind = 'ledger' | 'group' | 'cost_centre';
type Side = 'debit' | 'credit';

/** A line of a budget as it is stored. */
export interface BudgetLine {
  kind: TargetKind;
  targetId: string;
  target: string;
  /** income, expense …; null of a cost centre */
  nature: string | null;
  side: Side;
  /** first day of a month → amount */
  months: Map<string, Decimal>;
}

const KINDS = ['ledger', 'group', 'cost_centre'] as const;

const TARGETS: Record<TargetKind, string> = {
  ledger:
    'SELECT l.id, g.nature FROM ledgers l JOIN account_groups g ON g.id = l.group_id WHERE l.id = ? OR l.name = ? LOCK IN SHARE MODE',
  group: 'SELECT id, nature FROM account_groups WHERE id = ? OR name = ? LOCK IN SHARE MODE',
  cost_centre: 'SELECT id, NULL AS nature FROM cost_centres WHERE id = ? OR name = ? LOCK IN SHARE MODE',
};

interface Span {
  from: string;
  to: string;
  digits: number;
}

/**
 * Replaces the lines of a budget.
 * @throws DomainError 400; 422 `ledger_not_found`, `group_not_found`, `cost_centre_not_found`
 */
export async function writeLines(
  tx: EntityManager,
  budgetId: string,
  lines: readonly BudgetLineBodyDto[],
  span: Span,
): Promise<void> {
  await tx.query('DELETE FROM budget_lines WHERE budget_id = ?', [budgetId]);
  const rows: unknown[][] = [];
  const amounts: unknown[][] = [];
  for (const [index, line] of lines.entries()) {
    const path = `lines.${index}`;
    const { kind, id: targetId, nature } = await targetOf(tx, line, path);
    const id = newId();
    const of = (one: TargetKind) => (kind === one ? targetId : null);
    const side =
      line.side ?? (nature === 'income' || nature === 'liability' || nature === 'equity' ? 'credit' : 'debit');
    rows.push([id, budgetId, index + 1, of('ledger'), of('group'), of('cost_centre'), side]);
    for (const [month, amount] of amountsOf(line, span, path)) amounts.push([id, month, amount.toFixed()]);
  }
  await tx.query(
    'INSERT INTO budget_lines (id, budget_id, line_no, ledger_id, group_id, cost_centre_id, side) VALUES ?',
    [rows],
  );
  if (amounts.length > 0)
    await tx.query('INSERT INTO budget_amounts (budget_line_id, month, amount) VALUES ?', [amounts]);
}

async function targetOf(tx: EntityManager, line: BudgetLineBodyDto, path: string) {
  const named = KINDS.flatMap((kind) => [
    { kind, field: `${kind}_id`, id: line[`${kind}_id` as const], name: undefined },
    { kind, field: kind, id: undefined, name: line[kind] },
  ]).filter(({ id, name }) => (id ?? name) !== undefined);
  const [one] = named;
  if (named.length !== 1 || !one)
    throw refuse('a line is for one ledger, one group or one cost centre', {
      field: path,
      message: 'names none or several',
    });
  const [row]: { id: string; nature: string | null }[] = await tx.query(TARGETS[one.kind], [
    one.id ?? '0',
    one.name ?? null,
  ]);
  if (!row)
    throw ruleBroken(
      `${one.kind}_not_found`,
      `There is no ${one.kind.replace('_', ' ')} ${JSON.stringify(one.id ?? one.name)}.`,
      [{ field: `${path}.${one.field}`, message: 'is not one of this company' }],
    );
  return { kind: one.kind, ...row };
}

function amountsOf(
  line: BudgetLineBodyDto,
  { from, to, digits }: Span,
  path: string,
): [month: string, amount: Decimal][] {
  const within = monthsBetween(from, to);
  const amount = (text: string, field: string) => {
    if (fractionDigits(text) > digits)
      throw refuse(`${field} ${text} has more than ${digits} digits after the point`, {
        field,
        message: `has more than ${digits} digits after the point`,
      });
    return new Decimal(text);
  };
  if ((line.amount === undefined) === (line.months === undefined))
    throw refuse('send either amount or months', { field: `${path}.amount`, message: 'either amount or months' });
  if (line.amount !== undefined)
    return spreadEvenly(amount(line.amount, `${path}.amount`), within.length, digits).map((part, index) => [
      within[index]!,
      part,
    ]);
  return Object.entries(line.months!).map(([month, text]) => {
    const field = `${path}.months.${month}`;
    if (!within.includes(`${month}-01`))
      throw refuse(`${field} is outside the budget`, { field, message: `is not between ${from} and ${to}` });
    return [`${month}-01`, amount(text, field)];
  });
}

const refuse = (message: string, detail: FieldError) => malformed(message, [detail]);

interface Row {
  id: string;
  ledger_id: string | null;
  group_id: string | null;
  cost_centre_id: string | null;
  target: string;
  nature: string | null;
  side: Side;
}

const SELECT_LINES = `SELECT b.id, b.ledger_id, b.group_id, b.cost_centre_id, COALESCE(l.name, g.name, c.name) AS target,
    COALESCE(lg.nature, g.nature) AS nature, b.side
  FROM budget_lines b LEFT JOIN ledgers l ON l.id = b.ledger_id LEFT JOIN account_groups lg ON lg.id = l.group_id
  LEFT JOIN account_groups g ON g.id = b.group_id LEFT JOIN cost_centres c ON c.id = b.cost_centre_id
  WHERE b.budget_id = ? ORDER BY b.line_no`;

const SELECT_AMOUNTS = `SELECT a.budget_line_id, a.month, a.amount FROM budget_lines b JOIN budget_amounts a ON a.budget_line_id = b.id
  WHERE b.budget_id = ? ORDER BY a.budget_line_id, a.month`;

export async function readLines(session: SqlSession, budgetId: string): Promise<BudgetLine[]> {
  const rows: Row[] = await session.query(SELECT_LINES, [budgetId]);
  const amounts: { budget_line_id: string; month: string; amount: string }[] = await session.query(SELECT_AMOUNTS, [
    budgetId,
  ]);
  const byLine = groupBy(amounts, ({ budget_line_id }) => budget_line_id);
  return rows.map((row) => ({
    kind: row.ledger_id ? 'ledger' : row.group_id ? 'group' : 'cost_centre',
    targetId: (row.ledger_id ?? row.group_id ?? row.cost_centre_id)!,
    target: row.target,
    nature: row.nature,
    side: row.side,
    months: new Map((byLine.get(row.id) ?? []).map(({ month, amount }) => [month, new Decimal(amount)])),
  }));
}
