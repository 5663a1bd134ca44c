import {
  type Actor,
  assertIfMatch,
  type FieldError,
  formatAmount,
  type IdempotencyRequest,
  malformed,
  newId,
  type PageQuery,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CompanySettingsReader } from '../company/company-settings.js';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { assertNameFree, CompanyRecords, type RecordKind, readRecord } from '../records/company-records.js';
import type { SqlSession } from '../schema/sql-session.js';
import type { BudgetDto, BudgetWithLinesDto, CreateBudgetDto, UpdateBudgetDto } from './budget.dto.js';
import { Budget } from './budget.entity.js';
import { readLines, writeLines } from './budget-lines.js';
import { isFirstOfMonth, isLastOfMonth, MONTHS_MAX, monthsBetween, sumOf } from './months.js';

export const BUDGET: RecordKind<Budget, BudgetDto> = {
  entity: Budget,
  type: 'budget',
  what: 'budget',
  nameKey: 'budgets_name',
  toDto: ({ id, name, startDate, endDate, version }) => ({ id, name, from: startDate, to: endDate, version }),
};

/** The company's budgets with their lines. */
@Injectable()
export class ManageBudgets {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly settings: CompanySettingsReader,
    private readonly records: CompanyRecords,
    private readonly editLog: EditLog,
  ) {}

  list(query: PageQuery): Promise<{ records: BudgetDto[]; total: number }> {
    return this.records.list(BUDGET, query);
  }

  /** @throws DomainError 404 `budget_not_found` */
  async one(id: string): Promise<BudgetWithLinesDto> {
    return this.read(this.dataSource.manager, id);
  }

  /** @throws DomainError 400; 409 `budget_name_taken`; 422 `ledger_not_found`, `group_not_found`, `cost_centre_not_found` */
  create(body: CreateBudgetDto, actor: Actor, idempotency?: IdempotencyRequest): Promise<BudgetWithLinesDto> {
    return this.transaction.run(
      async (tx) => {
        assertMonths(body);
        const id = newId();
        await assertNameFree(tx, BUDGET, body.name);
        await tx.insert(Budget, { id, name: body.name, startDate: body.from, endDate: body.to, version: 1 });
        return this.write(tx, id, { lines: body.lines, from: body.from, to: body.to }, { actor, action: 'created' });
      },
      { idempotency },
    );
  }

  /** @throws DomainError 400, also when the span changes without its lines; 404; 409 `budget_name_taken`; 412 `stale`; 422 as creation */
  update(id: string, body: UpdateBudgetDto, ifMatch: string | undefined, actor: Actor): Promise<BudgetWithLinesDto> {
    return this.transaction.run(async (tx) => {
      const row = await readRecord(tx, BUDGET, id, true);
      assertIfMatch(ifMatch, row.version);
      const before = await this.read(tx, id);
      const { from = row.startDate, to = row.endDate, name = row.name } = body;
      assertMonths({ from, to });
      if ((from !== row.startDate || to !== row.endDate) && !body.lines)
        throw refuse('lines must come with a new from or to', {
          field: 'lines',
          message: 'belong to the months of the budget',
        });
      if (name !== row.name) await assertNameFree(tx, BUDGET, name, id);
      await tx.update(Budget, id, { name, startDate: from, endDate: to, version: row.version + 1 });
      return this.write(tx, id, { lines: body.lines, from, to }, { actor, action: 'updated', before });
    });
  }

  delete(id: string, actor: Actor): Promise<void> {
    return this.records.delete(BUDGET, id, async () => {}, { actor });
  }

  private async write(
    tx: EntityManager,
    id: string,
    { lines, from, to }: Pick<UpdateBudgetDto, 'lines'> & { from: string; to: string },
    { actor, action, before }: { actor: Actor; action: string; before?: BudgetWithLinesDto },
  ): Promise<BudgetWithLinesDto> {
    const { currencyDigits: digits } = await this.settings.get(tx);
    if (lines) await writeLines(tx, id, lines, { from, to, digits });
    const after = await this.read(tx, id);
    await this.editLog.record(tx, actor, {
      action,
      objectType: 'budget',
      objectId: id,
      objectName: after.name,
      before,
      after,
    });
    return after;
  }

  private async read(session: EntityManager & SqlSession, id: string): Promise<BudgetWithLinesDto> {
    const budget = BUDGET.toDto(await readRecord(session, BUDGET, id));
    const { currencyDigits: digits } = await this.settings.get();
    const lines = await readLines(session, id);
    return {
      ...budget,
      lines: lines.map(({ kind, targetId, target, side, months }) => ({
        kind,
        target_id: targetId,
        target,
        side,
        amount: formatAmount(sumOf([...months.values()]), digits),
        months: Object.fromEntries(
          [...months].map(([month, amount]) => [month.slice(0, 7), formatAmount(amount, digits)]),
        ),
      })),
    };
  }
}

function assertMonths({ from, to }: { from: string; to: string }): void {
  if (!isFirstOfMonth(from))
    throw refuse(`from ${from} is not the first day of a month`, {
      field: 'from',
      message: 'must be the first day of a month',
    });
  if (!isLastOfMonth(to))
    throw refuse(`to ${to} is not the last day of a month`, {
      field: 'to',
      message: 'must be the last day of a month',
    });
  if (from > to) throw refuse(`from ${from} is after to ${to}`, { field: 'to', message: `is before ${from}` });
  if (monthsBetween(from, to).length > MONTHS_MAX)
    throw refuse(`a budget has at most ${MONTHS_MAX} months`, {
      field: 'to',
      message: `is more than ${MONTHS_MAX} months after from`,
    });
}

const refuse = (message: string, detail: FieldError) => malformed(message, [detail]);
