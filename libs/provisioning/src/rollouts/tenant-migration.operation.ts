import { conflict, DomainError } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { type Direction, MigrateTenant, type MigrateTenantOptions } from './migrate-tenant.js';
import { RecordResults } from './record-results.js';
import { MIGRATE_TENANT, REVERT_TENANT, RolloutStore } from './rollout-store.js';
import type { MigrationSession } from './schema/migration-session.js';
import { type Outcome, outcomeOf } from './tenant-outcome.js';

/**
 * One company in a rollout, as the operation engine works on it: after a crash of the process that drove the rollout.
 * Steps of the migration itself are journalled in the company's database; this goes on from there.
 */
abstract class TenantMigrationOperation implements OperationKind {
  abstract readonly kind: string;
  protected abstract readonly direction: Direction;
  readonly pointOfNoReturn = 'migrated';
  readonly steps: readonly OperationStep[] = [
    { name: 'migrate', do: (context) => this.migrate(context), undo: (context) => this.settle(context) },
    // nothing is left to do: the name exists so that a crash right after the migration never undoes it
    { name: 'migrated', do: async () => undefined },
  ];

  constructor(
    private readonly migration: MigrateTenant,
    private readonly rollouts: RolloutStore,
    private readonly results: RecordResults,
  ) {}

  private async migrate(context: StepContext): Promise<void> {
    const { operation, tenant } = context;
    const started = performance.now();
    const version = await this.withSession(tenant.serverId, async (session) =>
      this.migration.run(session, tenant, await this.options(context)),
    );
    const done = { outcome: 'done' as const, version, durationMs: performance.now() - started };
    await this.record(operation, done);
  }

  private async settle(context: StepContext): Promise<void> {
    const { operation, tenant } = context;
    const started = performance.now();
    const { errorCode: code, errorMessage: message } = operation;
    const outcome = outcomeOf({ code: code ?? 'internal_error', message: message ?? 'It failed.' });
    const version = await this.withSession(tenant.serverId, async (session) =>
      this.migration.settle(session, tenant, await this.options(context)),
    ).catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.status === 503) throw error; // a later try may settle it
      outcome.error = {
        code: outcome.error!.code,
        message: `${message} Taking it back failed as well. ${error.message}`,
      };
      return undefined;
    });
    await this.record(operation, { ...outcome, version, durationMs: performance.now() - started });
  }

  private record(operation: Operation, outcome: Outcome): Promise<void> {
    const { rollout_id } = operation.input as unknown as MigrationInput;
    const result = { tenantId: operation.tenantId, operationId: operation.id, ...outcome };
    return this.results.record(rollout_id, this.direction, [result], operation.claimToken!, false);
  }

  private async options({ operation, signal }: StepContext): Promise<MigrateTenantOptions> {
    const { rollout_id, target } = operation.input as unknown as MigrationInput;
    const rollout = await this.rollouts.one(rollout_id);
    return { direction: this.direction, target, allowLocking: rollout.allowLocking, signal };
  }

  private async withSession<T>(serverId: string | undefined, work: (session: MigrationSession) => Promise<T>) {
    if (!serverId) throw conflict('tenant_not_found', 'The company is gone.');
    const session = await this.migration.open(serverId);
    try {
      return await work(session);
    } finally {
      session.close();
    }
  }
}

interface MigrationInput {
  rollout_id: string;
  target: string;
}

@Injectable()
export class MigrateTenantOperation extends TenantMigrationOperation {
  readonly kind = MIGRATE_TENANT;
  protected readonly direction = 'up';

  constructor(migration: MigrateTenant, rollouts: RolloutStore, results: RecordResults) {
    super(migration, rollouts, results);
  }
}

@Injectable()
export class RevertTenantOperation extends TenantMigrationOperation {
  readonly kind = REVERT_TENANT;
  protected readonly direction = 'down';

  constructor(migration: MigrateTenant, rollouts: RolloutStore, results: RecordResults) {
    super(migration, rollouts, results);
  }
}
