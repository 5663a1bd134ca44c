import { type Actor, conflict } from '@finvera/common';
import type { Operation } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { OperationRunner } from '../operations/operation-runner.js';
import { StartOperation } from '../operations/start-operation.js';
import { SteerOperation } from '../operations/steer-operation.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { MigrateTenant } from './migrate-tenant.js';
import { copyDatabase } from './schema/copy-database.js';
import { MigrateDatabase, type StepReport } from './schema/migrate-database.js';
import type { MigrationSession } from './schema/migration-session.js';
import { SchemaVersions } from './schema/schema-versions.js';
import { dropScratch, scratchName, withScratchDatabase } from './schema/scratch-database.js';

const LOOK_EVERY_MS = 300;

export const REHEARSE_MIGRATION = 'rehearse_migration';

/** Starts the rehearsal of a company's migration. */
@Injectable()
export class RehearseMigration {
  constructor(
    private readonly operations: StartOperation,
    private readonly runner: OperationRunner,
    private readonly steer: SteerOperation,
    private readonly versions: SchemaVersions,
  ) {}

  /** @throws DomainError 400 for an unknown version, 404 `tenant_not_found`, 409 `operation_running`, `tenant_status` */
  start(tenantId: string, targetVersion: string | undefined, allowLocking: boolean, actor: Actor): Promise<Operation> {
    const target = targetVersion ?? this.versions.latest;
    this.versions.assertKnown(target);
    const input = { target, allow_locking: allowLocking };
    return this.operations.start({ kind: REHEARSE_MIGRATION, tenantId, input }, actor, (tenant) => {
      if (!tenant.dbProvisioned || !['active', 'suspended'].includes(tenant.status))
        throw conflict(
          'tenant_status',
          `The company ${tenant.subdomain} is ${tenant.status} and has nothing to rehearse with.`,
        );
    });
  }

  /** Works on it here, unless a worker does, until it has ended. */
  async toTheEnd(operationId: string): Promise<Operation> {
    for (;;) {
      await this.runner.run(operationId).catch(() => undefined); // the row says why
      const operation = await this.steer.one(operationId);
      if (operation.finishedAt) return operation;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Migrates a copy of a company's database on its own server, times every statement, and drops the copy. */
@Injectable()
export class RehearseMigrationOperation implements OperationKind {
  readonly kind = REHEARSE_MIGRATION;
  readonly pointOfNoReturn = 'rehearsed';
  readonly steps: readonly OperationStep[] = [
    { name: 'rehearse', do: (context) => this.rehearse(context), undo: (context) => this.forget(context) },
    { name: 'rehearsed', do: async () => undefined },
  ];

  constructor(
    private readonly migrate: MigrateTenant,
    private readonly versions: SchemaVersions,
    private readonly config: ProvisioningConfig,
  ) {}

  private rehearse({ operation, tenant, state, signal }: StepContext): Promise<void> {
    const { target, allow_locking } = operation.input as { target: string; allow_locking: boolean };
    return this.withSession(tenant.serverId, (session) =>
      withScratchDatabase(
        session,
        async (database) => {
          const statements: StepReport[] = [];
          const started = performance.now();
          await copyDatabase(session, tenant.dbName, database);
          const copied = performance.now();
          await new MigrateDatabase({
            session,
            database,
            lockName: database,
            versions: this.versions,
            lockRowsMax: this.config.ROLLOUT_LOCK_ROWS_MAX,
            allowLocking: allow_locking,
            signal,
            onStep: (report) => void statements.push(report),
          }).forward(target);
          state.result = {
            from_version: tenant.schemaVersion,
            to_version: target,
            copy_ms: Math.round(copied - started),
            migrate_ms: Math.round(performance.now() - copied),
            statements: statements.map(({ durationMs, ...report }) => ({ ...report, duration_ms: durationMs })),
          };
        },
        copyOf(operation),
      ),
    );
  }

  private async forget({ operation, tenant }: StepContext): Promise<void> {
    if (tenant.serverId) await this.withSession(tenant.serverId, (session) => dropScratch(session, copyOf(operation)));
  }

  private async withSession<T>(serverId: string, work: (session: MigrationSession) => Promise<T>): Promise<T> {
    const session = await this.migrate.open(serverId);
    try {
      return await work(session);
    } finally {
      session.close();
    }
  }
}

/** The same name on every try, so that what a crash left is found. */
const copyOf = ({ id, createdAt }: Operation) => scratchName(createdAt.getTime(), id.slice(-12));
