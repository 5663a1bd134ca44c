import { type Actor, notFound, ruleBroken } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { refuseReferenced } from './duplicate-key.js';
import { seedChart } from './seed-chart.js';
import type { ChartTemplate } from './templates/chart-template.js';
import { CHART_TEMPLATES } from './templates/chart-templates.js';

/** Begins the books anew with another chart, as long as there is nothing in them. */
@Injectable()
export class ChooseChart {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 404 `chart_template_not_found`; 422 `books_in_use`, `chart_in_use` */
  async choose(code: string, actor: Actor): Promise<ChartTemplate> {
    const template = CHART_TEMPLATES.find((one) => one.code === code);
    if (!template) throw notFound('chart template', code, 'chart_template_not_found');
    return this.transaction.run(async (tx) => {
      // nobody posts, and so nobody names a ledger, before this transaction ends
      await this.settings.lock(tx);
      await assertUntouched(tx);
      await refuseReferenced(clear(tx), () =>
        ruleBroken(
          'chart_in_use',
          'Something names a ledger or group of the chart, as a budget or a rule; delete that first.',
        ),
      );
      await seedChart(tx, template);
      await this.editLog.record(tx, actor, {
        action: 'chosen',
        objectType: 'chart',
        objectId: template.code,
        objectName: template.name,
        after: { template: template.code, groups: template.groups.length, ledgers: template.ledgers.length },
      });
      return template;
    });
  }
}

/** What people made or changed is never thrown away. */
async function assertUntouched(tx: EntityManager): Promise<void> {
  const [voucher] = await tx.query('SELECT id FROM vouchers LIMIT 1');
  if (voucher) throw ruleBroken('books_in_use', 'The chart is chosen before the first voucher or opening balance.');
  const [own]: { name: string }[] = await tx.query(
    `SELECT l.name FROM ledgers l JOIN edit_log e ON e.object_type = 'ledger' AND CAST(e.object_id AS UNSIGNED) = l.id
     UNION ALL SELECT g.name FROM account_groups g JOIN edit_log e ON e.object_type = 'account_group' AND CAST(e.object_id AS UNSIGNED) = g.id LIMIT 1`,
  );
  if (own)
    throw ruleBroken(
      'chart_in_use',
      `The chart has ledgers or groups of your own, as ${own.name}; choose a chart before you add or change any.`,
    );
}

async function clear(tx: EntityManager): Promise<void> {
  await tx.query('DELETE FROM ledgers');
  await tx.query('UPDATE account_groups SET parent_id = NULL');
  await tx.query('DELETE FROM account_groups');
}
