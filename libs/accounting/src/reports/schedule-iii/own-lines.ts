import { type Actor, malformed, newId } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Nature } from '../../chart/account-group.entity.js';
import { CompanyTransaction } from '../../company/company-transaction.js';
import { EditLog } from '../../edit-log/edit-log.js';
import { type OwnLines, SCHEDULE_LINES } from './lines.js';
import type { OwnLineDto, SetOwnLineDto } from './schedule-iii.dto.js';

const SELECT = `SELECT s.line, s.group_id, g.name AS \`group\`, s.ledger_id, l.name AS ledger FROM schedule_iii_lines s
  LEFT JOIN account_groups g ON g.id = s.group_id LEFT JOIN ledgers l ON l.id = s.ledger_id ORDER BY s.line, g.name, l.name`;
const NATURES = `SELECT CONCAT('group ', g.id) AS target, g.nature FROM account_groups g WHERE g.id IN (?)
  UNION ALL SELECT CONCAT('ledger ', l.id), g.nature FROM ledgers l JOIN account_groups g ON g.id = l.group_id WHERE l.id IN (?)`;
const NOTHING = ['0'];

/** Which groups and ledgers a company puts into which line of Schedule III, where the seeded rules would put them elsewhere. */
@Injectable()
export class ScheduleOwnLines {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  list(): Promise<OwnLineDto[]> {
    return this.dataSource.query(SELECT);
  }

  async read(): Promise<OwnLines> {
    const rows = await this.list();
    return {
      groups: new Map(rows.flatMap(({ group_id, line }) => (group_id ? [[group_id, line] as const] : []))),
      ledgers: new Map(rows.flatMap(({ ledger_id, line }) => (ledger_id ? [[ledger_id, line] as const] : []))),
    };
  }

  /**
   * Takes the place of what was said before.
   * @throws DomainError 400 for a line of another nature, a group or ledger that is not there or comes twice
   */
  set(lines: readonly SetOwnLineDto[], actor: Actor): Promise<OwnLineDto[]> {
    return this.transaction.run(async (tx) => {
      await assertFit(tx, lines);
      const before: OwnLineDto[] = await tx.query(SELECT);
      await tx.query('DELETE FROM schedule_iii_lines');
      if (lines.length > 0)
        await tx.query('INSERT INTO schedule_iii_lines (id, line, group_id, ledger_id) VALUES ?', [
          lines.map(({ line, group_id, ledger_id }) => [newId(), line, group_id ?? null, ledger_id ?? null]),
        ]);
      const after: OwnLineDto[] = await tx.query(SELECT);
      await this.editLog.record(tx, actor, {
        action: 'updated',
        objectType: 'settings',
        objectId: 'schedule_iii',
        objectName: 'Lines of Schedule III',
        before,
        after,
      });
      return after;
    });
  }
}

async function assertFit(tx: EntityManager, lines: readonly SetOwnLineDto[]): Promise<void> {
  const ids = (field: 'group_id' | 'ledger_id') => [...NOTHING, ...lines.flatMap((one) => one[field] ?? [])];
  const rows: { target: string; nature: Nature }[] = await tx.query(NATURES, [ids('group_id'), ids('ledger_id')]);
  const natureOf = new Map(rows.map(({ target, nature }) => [target, nature]));
  const seen = new Set<string>();
  for (const [index, { line, group_id, ledger_id }] of lines.entries()) {
    const refuse = (field: string, message: string) =>
      malformed(`lines.${index}.${field} ${message}`, [{ field: `lines.${index}.${field}`, message }]);
    if ((group_id === undefined) === (ledger_id === undefined))
      throw refuse('group_id', 'or ledger_id must be sent, one of the two');
    const field = group_id === undefined ? 'ledger_id' : 'group_id';
    const target = group_id === undefined ? `ledger ${ledger_id}` : `group ${group_id}`;
    const nature = natureOf.get(target);
    if (!nature) throw refuse(field, `is no ${target.split(' ')[0]} of this company`);
    if (seen.has(target)) throw refuse(field, 'stands in two lines');
    seen.add(target);
    const { natures } = SCHEDULE_LINES.find((one) => one.line === line)!;
    if (!natures.includes(nature))
      throw refuse('line', `${line} is for ${natures.join(', ')}, and this is of the nature ${nature}`);
  }
}
