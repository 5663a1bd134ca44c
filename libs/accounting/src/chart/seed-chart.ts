import { newId } from '@finvera/common';
import type { SqlSession } from '../schema/sql-session.js';
import type { ChartTemplate, GroupTemplate } from './templates/chart-template.js';
import { TALLY_CHART } from './templates/tally.js';

/** Groups and ledgers of a chart template; those that exist (by their stable code) stay as they are. */
export async function seedChart(session: SqlSession, chart: ChartTemplate = TALLY_CHART): Promise<void> {
  const existing: { id: string; code: string }[] = await session.query(
    'SELECT id, reserved_code AS code FROM account_groups WHERE reserved_code IS NOT NULL',
  );
  const ids = new Map(existing.map(({ id, code }) => [code, id]));
  const byCode = new Map(chart.groups.map((group) => [group.code, group]));
  const primary = (group: GroupTemplate): GroupTemplate => (group.parent ? primary(byCode.get(group.parent)!) : group);
  const rows = chart.groups.flatMap((group, index) => {
    if (ids.has(group.code)) return [];
    ids.set(group.code, newId());
    const top = primary(group);
    return [
      [ids.get(group.code), group.name, group.parent ? ids.get(group.parent) : null, top.nature, top.affectsGrossProfit ?? false, true, group.code, (index + 1) * 10],
    ]; // biome-ignore format: one row
  });
  if (rows.length > 0)
    await session.query(
      'INSERT INTO account_groups (id, name, parent_id, nature, affects_gross_profit, is_reserved, reserved_code, sort_order) VALUES ?',
      [rows],
    );
  await session.query('INSERT IGNORE INTO ledgers (id, name, group_id, is_reserved, reserved_code) VALUES ?', [
    chart.ledgers.map(({ code, name, group }) => [newId(), name, ids.get(group), code !== undefined, code ?? null]),
  ]);
}
