import { ruleBroken } from '@finvera/common';
import { VerifyAuditLog } from '@finvera/master-data';
import { Inject, Injectable } from '@nestjs/common';
import { ArchiveInactiveTenants } from '../archive/archive-inactive-tenants.js';
import { BackupTenants } from '../backups/backup-tenants.js';
import { VerifyBackups } from '../backups/verify-backups.js';
import { PurgeAfterGrace } from '../delete-tenant/purge-after-grace.js';
import { CloseIdleConnections } from '../connections/close-idle-connections.js';
import { RecheckDomains } from '../domains/recheck-domains.js';
import { TakeCensus } from '../census/take-census.js';
import { BackUpMaster } from '../master-backup/back-up-master.js';
import { ReconcileOperations } from '../operations/reconcile-operations.js';
import { ApplyRetention } from '../retention/apply-retention.js';
import { MeasureServers } from '../servers/measure-servers.js';
import { UpdateStorageStats } from '../storage/update-storage-stats.js';
import { RefillWarmDatabases } from '../warm-databases/refill-warm-databases.js';
import { COMPANY_SCHEDULES, type CompanySchedule } from './company-schedule.js';
import { RunInCompanies } from './run-in-companies.js';
import type { Schedule } from './schedule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What the platform does by the clock. */
@Injectable()
export class PlatformSchedules {
  readonly all: readonly Schedule[];

  constructor(
    idleConnections: CloseIdleConnections,
    storage: UpdateStorageStats,
    loads: MeasureServers,
    graceDeletions: PurgeAfterGrace,
    inactive: ArchiveInactiveTenants,
    warmDatabases: RefillWarmDatabases,
    operations: ReconcileOperations,
    backups: BackupTenants,
    verifications: VerifyBackups,
    master: BackUpMaster,
    census: TakeCensus,
    domains: RecheckDomains,
    retention: ApplyRetention,
    audit: VerifyAuditLog,
    inCompanies: RunInCompanies,
    @Inject(COMPANY_SCHEDULES) ofCompanies: readonly CompanySchedule[],
  ) {
    this.all = [
      {
        name: 'idle-connections',
        description: 'asks every process to close connections of companies that nobody has used for five minutes',
        everyMs: MINUTE,
        run: async () => ({ ...(await idleConnections.run()) }),
      },
      {
        name: 'storage',
        description: 'measures what each company’s database takes on disk; alerts at 80 %, suspends at 100 %',
        everyMs: HOUR,
        run: async (signal) => ({ ...(await storage.run(signal)) }),
      },
      {
        name: 'server-loads',
        description: 'notes connections and megabytes of each database server, by which new companies are placed',
        everyMs: MINUTE,
        run: async () => ({ servers_measured: await loads.run() }),
      },
      {
        name: 'grace-deletions',
        description: 'ends the databases of deleted companies whose grace period is over',
        everyMs: 10 * MINUTE,
        run: async () => ({ purges_started: await graceDeletions.run() }),
      },
      {
        name: 'inactive-tenants',
        description: 'archives companies where nobody was at work for ARCHIVE_INACTIVE_AFTER_DAYS',
        everyMs: DAY,
        offsetMs: 2 * HOUR,
        isOff: !inactive.isOn,
        run: async () => {
          const found = await inactive.run();
          const started = found.filter(({ outcome }) => outcome.startsWith('archiving'));
          return { tenants_found: found.length, archivings_started: started.length };
        },
      },
      {
        name: 'warm-databases',
        description: 'makes databases ready for creations; workers also look every RECONCILE_EVERY_MS',
        everyMs: 10 * MINUTE,
        run: async (signal) => ({ ...(await warmDatabases.run(signal)) }),
      },
      {
        name: 'reconciler',
        description: 'works on operations that nobody works on; workers also look every RECONCILE_EVERY_MS',
        everyMs: 5 * MINUTE,
        run: async (signal) => ({ ...(await operations.run(signal)) }),
      },
      {
        name: 'backups',
        description: 'backs up companies that have no proved copy of the last BACKUP_EVERY_HOURS',
        everyMs: HOUR,
        offsetMs: 45 * MINUTE,
        isOff: !backups.isOn,
        run: (signal) => backups.runScheduled(signal),
      },
      {
        name: 'master-backup',
        description: 'backs up the master database when its newest backup is older than MASTER_BACKUP_EVERY_HOURS',
        everyMs: HOUR,
        offsetMs: 40 * MINUTE,
        isOff: !master.isOn,
        run: (signal) => master.runScheduled(signal),
      },
      {
        name: 'verify-backups',
        description: 'restores backups on trial that nobody has looked at for BACKUP_VERIFY_EVERY_DAYS',
        everyMs: HOUR,
        offsetMs: 20 * MINUTE,
        isOff: !verifications.isOn,
        run: async (signal) => ({ ...(await verifications.run(signal)) }),
      },
      {
        name: 'census',
        description:
          'counts what is on the servers and in the folder of archives that no record explains; drops nothing',
        everyMs: DAY,
        offsetMs: 3 * HOUR,
        run: async () => {
          const { findings, left_off } = await census.run();
          return { findings: findings.length + left_off };
        },
      },
      {
        name: 'domains',
        description: 'looks whether the proofs of companies’ own domains are still there',
        everyMs: HOUR,
        offsetMs: 15 * MINUTE,
        isOff: !domains.isOn,
        run: async (signal) => ({ ...(await domains.run(signal)) }),
      },
      {
        name: 'retention',
        description: 'ends what is kept for a time and whose time is over',
        everyMs: HOUR,
        offsetMs: 30 * MINUTE,
        run: async () => ({ ...(await retention.run()) }),
      },
      {
        name: 'audit-log',
        description:
          'looks through the audit log for whatever was changed, removed or added; a run that finds it fails',
        everyMs: DAY,
        offsetMs: 4 * HOUR,
        run: async (signal) => {
          const { problem, entries } = await audit.run({ onProgress: () => signal.throwIfAborted() });
          if (problem) throw ruleBroken('audit_log_broken', `The audit log is not sound: ${problem.message}.`);
          return { entries };
        },
      },
      ...ofCompanies.map((schedule): Schedule => {
        const { name, description, everyMs, offsetMs } = schedule;
        return { name, description, everyMs, offsetMs, run: (signal) => inCompanies.run(schedule, signal) };
      }),
    ];
  }
}
