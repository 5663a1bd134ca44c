import type { MigrationPhase } from '@finvera/common';
import { DatabaseServer } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';
import { behindSql } from './behind.js';
import { MigrateTenant } from './migrate-tenant.js';
import { MigrateDatabase, type StepReport } from './schema/migrate-database.js';
import type { MigrationSession } from './schema/migration-session.js';
import { CHANGE_WAYS, type ChangeWay } from './schema/online-change.js';
import { type SchemaVersion, SchemaVersions } from './schema/schema-versions.js';
import { withScratchDatabase } from './schema/scratch-database.js';
import { readStatement } from './schema/statement.js';
import { assertKnown, type NewRollout } from './start-rollout.js';
import { DEFAULT_WAVE_SIZES, waveCounts } from './waves.js';

/** Companies that a plan names; the rest it counts. */
const TENANTS_SHOWN = 100;
const LOCKED_SHOWN = 20;

export interface PlannedStatement {
  up: string;
  down: string | null;
  way: ChangeWay | null;
  /** The largest tables that it would lock, with the engine's estimate of their rows. */
  wouldLock: { subdomain: string; table: string; rows: number }[];
}

export interface RolloutPlan {
  targetVersion: string;
  tenantsTotal: number;
  fromVersions: { version: string | null; tenants: number }[];
  waves: number[];
  tenants: { id: string; subdomain: string; schemaVersion: string | null }[];
  leftOut: { held: number; unresolvedFailures: number; withWindow: number };
  migrations: {
    version: string;
    name: string;
    phase: MigrationPhase;
    release: string;
    statements: PlannedStatement[];
  }[];
  /** null when there is nothing to do */
  estimatedSeconds: number | null;
  estimatedFrom: 'companies done before' | 'an empty database';
}

/** Says what a rollout would do, and changes nothing but a scratch database in which it tries the statements. */
@Injectable()
export class PlanRollout {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly versions: SchemaVersions,
    private readonly migrate: MigrateTenant,
    private readonly config: ProvisioningConfig,
  ) {}

  async plan(request: NewRollout): Promise<RolloutPlan> {
    const targetVersion = request.targetVersion ?? this.versions.latest;
    this.versions.assertKnown(targetVersion);
    await assertKnown(this.master.manager, request);
    const behind = behindSql(targetVersion, request.tenantIds);
    const fromVersions: { version: string | null; tenants: string }[] = await this.master.query(
      `SELECT t.schema_version AS version, COUNT(*) AS tenants FROM ${behind.from} GROUP BY t.schema_version ORDER BY t.schema_version`,
      behind.parameters,
    );
    const total = fromVersions.reduce((sum, { tenants }) => sum + Number(tenants), 0);
    const oldest = fromVersions[0]?.version ?? null;
    const tried = total > 0 ? await this.tryOut(oldest, targetVersion) : { reports: [], locking: [] };
    return {
      targetVersion,
      tenantsTotal: total,
      fromVersions: fromVersions.map(({ version, tenants }) => ({ version, tenants: Number(tenants) })),
      waves: waveCounts(request.waveSizes ?? DEFAULT_WAVE_SIZES, total),
      tenants: await this.someTenants(behind),
      leftOut: await this.leftOut(behind),
      migrations: total > 0 ? this.versions.between(oldest, targetVersion).map((one) => planned(one, tried)) : [],
      ...(await this.estimate(request, behind, total, targetVersion, tried.reports)),
    };
  }

  private async tryOut(from: string | null, target: string) {
    const server = await this.master
      .getRepository(DatabaseServer)
      .findOneOrFail({ where: {}, order: { isDefault: 'DESC' } });
    const session = await this.migrate.open(server.id);
    try {
      const reports: StepReport[] = [];
      await withScratchDatabase(session, async (database) => {
        const common = {
          session,
          database,
          lockName: database,
          versions: this.versions,
          lockRowsMax: 0,
          allowLocking: true,
        };
        if (from !== null) await new MigrateDatabase(common).forward(from);
        await new MigrateDatabase({ ...common, onStep: (report) => void reports.push(report) }).forward(target);
      });
      const locking: Locking[] = [];
      for (const { sql } of reports.filter(({ way }) => way === CHANGE_WAYS[2]))
        locking.push({ sql, tables: await this.lockedTables(session, sql) });
      return { reports, locking };
    } finally {
      session.close();
    }
  }

  /** Asked only for statements that the engine cannot run online, of the server on which they were tried. */
  private async lockedTables(session: MigrationSession, sql: string): Promise<PlannedStatement['wouldLock']> {
    const statement = readStatement(sql);
    if (statement?.kind !== 'definition') return [];
    const [rows = []] = await session.run('information_schema', [
      session.format(
        `SELECT table_schema AS db, table_rows AS n FROM information_schema.tables
          WHERE table_name = ? AND table_schema LIKE 'finvera\\_%' AND table_rows > ? ORDER BY table_rows DESC LIMIT ?`,
        [statement.name, this.config.ROLLOUT_LOCK_ROWS_MAX, LOCKED_SHOWN],
      ),
    ]);
    if (rows.length === 0) return [];
    const names: { db_name: string; subdomain: string }[] = await this.master.query(
      'SELECT db_name, subdomain FROM tenant_master WHERE db_name IN (?)',
      [rows.map(({ db }) => db)],
    );
    const subdomains = new Map(names.map(({ db_name, subdomain }) => [db_name, subdomain]));
    return rows.flatMap(({ db, n }) => {
      const subdomain = subdomains.get(String(db));
      return subdomain ? [{ subdomain, table: statement.name, rows: Number(n) }] : [];
    });
  }

  private async someTenants({ from, parameters }: ReturnType<typeof behindSql>): Promise<RolloutPlan['tenants']> {
    const rows: { id: string; subdomain: string; schema_version: string | null }[] = await this.master.query(
      `SELECT t.id, t.subdomain, t.schema_version FROM ${from} ORDER BY t.id LIMIT ?`,
      [...parameters, TENANTS_SHOWN],
    );
    return rows.map(({ id, subdomain, schema_version: schemaVersion }) => ({ id, subdomain, schemaVersion }));
  }

  private async leftOut({ from, parameters }: ReturnType<typeof behindSql>): Promise<RolloutPlan['leftOut']> {
    const [row]: Record<string, string>[] = await this.master.query(
      `SELECT COUNT(t.migration_hold_reason) AS held, COUNT(t.upgrade_window) AS with_window,
          SUM(EXISTS (SELECT 1 FROM migration_rollout_tenants f WHERE f.tenant_id = t.id AND f.status = 'failed' AND f.resolved_at IS NULL)) AS failed
         FROM ${from}`,
      parameters,
    );
    return {
      held: Number(row?.held ?? 0),
      unresolvedFailures: Number(row?.failed ?? 0),
      withWindow: Number(row?.with_window ?? 0),
    };
  }

  /** From companies that have made this way before (a canary), else from the try in an empty database. */
  private async estimate(
    { concurrencyPerServer = this.config.ROLLOUT_CONCURRENCY_PER_SERVER }: NewRollout,
    behind: ReturnType<typeof behindSql>,
    total: number,
    target: string,
    reports: readonly StepReport[],
  ): Promise<Pick<RolloutPlan, 'estimatedSeconds' | 'estimatedFrom'>> {
    if (total === 0) return { estimatedSeconds: null, estimatedFrom: 'an empty database' };
    const [before]: { average: string | null }[] = await this.master.query(
      `SELECT AVG(rt.duration_ms) AS average FROM migration_rollout_tenants rt JOIN migration_rollouts r ON r.id = rt.rollout_id
        WHERE r.target_version = ? AND rt.status = 'done'`,
      [target],
    );
    const perServer: { n: string }[] = await this.master.query(
      `SELECT COUNT(*) AS n FROM ${behind.from} GROUP BY t.server_id`,
      behind.parameters,
    );
    const most = Math.max(...perServer.map(({ n }) => Number(n)));
    const emptyMs = reports.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const milliseconds = before?.average ? Number(before.average) : emptyMs;
    return {
      estimatedSeconds: Math.ceil((milliseconds * Math.ceil(most / concurrencyPerServer)) / 1_000),
      estimatedFrom: before?.average ? 'companies done before' : 'an empty database',
    };
  }
}

interface Locking {
  sql: string;
  tables: PlannedStatement['wouldLock'];
}

function planned(
  { version, name, migration }: SchemaVersion,
  { reports, locking }: { reports: readonly StepReport[]; locking: readonly Locking[] },
): RolloutPlan['migrations'][number] {
  return {
    version,
    name,
    phase: migration.phase,
    release: migration.release,
    statements: migration.steps.map(({ up, down }, index) => ({
      up,
      down,
      way: reports.find((report) => report.version === version && report.step === index + 1)?.way ?? null,
      wouldLock: locking.find(({ sql }) => sql === up)?.tables ?? [],
    })),
  };
}
