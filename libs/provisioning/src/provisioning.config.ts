import { BooleanSetting, IntegerSetting } from '@finvera/common';
import { IsIn, IsString } from 'class-validator';
import { DnsServersSetting } from './domains/dns-servers-setting.js';

const STORAGE_LIMIT_ACTIONS = ['suspend', 'read_only'] as const;

/** Settings of the life of tenants. */
export class ProvisioningConfig {
  /** Days between the deletion of a company and the end of its database. */
  @IntegerSetting(0, 3_650)
  DELETE_GRACE_DAYS: number = 30;

  /** Operations that one process works on at a time. */
  @IntegerSetting(1, 64)
  OPERATIONS_CONCURRENCY: number = 4;

  /** Databases that each server has ready beforehand, for creations that somebody waits for; 0 for none. */
  @IntegerSetting(0, 1_000)
  WARM_DATABASES_PER_SERVER: number = 2;

  /** Databases of new companies that one process makes at a time on one server; others wait their turn. */
  @IntegerSetting(1, 64)
  CREATIONS_PER_SERVER: number = 4;

  /** Milliseconds between two looks for operations that nobody works on. */
  @IntegerSetting(100, 600_000)
  RECONCILE_EVERY_MS: number = 2_000;

  /** Folder of archives and backups; all workers must share it. */
  @IsString()
  ARCHIVE_DIR: string = 'archives';

  /** A bucket of S3, or of a store that speaks like it, for archives and backups instead of ARCHIVE_DIR; the other `S3_…` settings say where. */
  @IsString()
  BACKUP_S3_BUCKET: string = '';

  /** Folder of mariadb-dump, mariadb (or mysqldump, mysql); empty: where PATH finds them. */
  @IsString()
  DUMP_PROGRAMS_DIR: string = '';

  /** Minutes that writing or loading one dump may take. */
  @IntegerSetting(1, 10_080)
  DUMP_MAX_MINUTES: number = 360;

  /**
   * Days that the last backup of a deleted company, and the archive of one that came back, are kept; 0: a deleted company
   * leaves no backup.
   */
  @IntegerSetting(0, 3_650)
  BACKUP_KEEP_DAYS: number = 90;

  /** Hours after which a company is backed up again by the clock; 0: never by itself. */
  @IntegerSetting(0, 8_760)
  BACKUP_EVERY_HOURS: number = 0;

  /** Days that backups of companies at work are kept; the newest of each stays until there is a newer one. */
  @IntegerSetting(1, 3_650)
  BACKUP_COPIES_KEEP_DAYS: number = 30;

  /** Companies of one database server that are backed up at the same time. */
  @IntegerSetting(1, 64)
  BACKUPS_PER_SERVER: number = 2;

  /** Days after which a backup is restored on trial again; 0: never by itself. */
  @IntegerSetting(0, 3_650)
  BACKUP_VERIFY_EVERY_DAYS: number = 7;

  /** Hours after which the master database is backed up again by the clock; 0: never by itself. */
  @IntegerSetting(0, 8_760)
  MASTER_BACKUP_EVERY_HOURS: number = 0;

  /** Days that backups of the master database are kept; the newest stays. */
  @IntegerSetting(1, 3_650)
  MASTER_BACKUPS_KEEP_DAYS: number = 30;

  /** Hours that a database which a restore has replaced is kept, so that the company can go back to it. */
  @IntegerSetting(1, 8_760)
  PREVIOUS_DATABASE_KEEP_HOURS: number = 168;

  /** Days without anybody at work after which a company is archived; 0: never by itself. */
  @IntegerSetting(0, 36_500)
  ARCHIVE_INACTIVE_AFTER_DAYS: number = 0;

  /** Hours for which a repeated creation with the same Idempotency-Key gets the first answer. */
  @IntegerSetting(1, 8_760)
  IDEMPOTENCY_KEYS_KEEP_HOURS: number = 72;

  /** Days for which finished operations are kept. */
  @IntegerSetting(7, 36_500)
  OPERATIONS_KEEP_DAYS: number = 365;

  /** Days for which runs of schedules are kept. */
  @IntegerSetting(2, 3_650)
  SCHEDULE_RUNS_KEEP_DAYS: number = 30;

  /** What happens to a company whose storage limit is reached: it is suspended, or may only be read. */
  @IsIn(STORAGE_LIMIT_ACTIONS, { message: `STORAGE_LIMIT_ACTION must be one of ${STORAGE_LIMIT_ACTIONS.join(', ')}` })
  STORAGE_LIMIT_ACTION: (typeof STORAGE_LIMIT_ACTIONS)[number] = 'suspend';

  /** Megabytes that a company's users send in writing requests after which its database is measured; 0: only hourly. */
  @IntegerSetting(0, 1_000_000)
  STORAGE_MEASURE_AFTER_MB: number = 16;

  /** Days for which the sizes of companies' databases are kept. */
  @IntegerSetting(1, 36_500)
  STORAGE_HISTORY_KEEP_DAYS: number = 400;

  /** Companies that a rollout migrates at a time on each database server. */
  @IntegerSetting(1, 64)
  ROLLOUT_CONCURRENCY_PER_SERVER: number = 4;

  /** Failures after which a rollout stops by itself when nothing else was asked for; in its first wave one is enough. */
  @IntegerSetting(1, 1_000_000)
  ROLLOUT_STOP_AFTER_FAILURES: number = 5;

  /** Rows up to which a table may be locked by a change that the engine cannot do online. */
  @IntegerSetting(0, 100_000_000)
  ROLLOUT_LOCK_ROWS_MAX: number = 10_000;

  /** Where domains of companies are looked up; empty: where the machine looks. */
  @DnsServersSetting()
  DOMAIN_DNS_SERVERS: string = '';

  /** Where a domain's HTTP challenge is fetched. */
  @IntegerSetting(1, 65_535)
  DOMAIN_HTTP_PORT: number = 80;

  /** Whether it may be fetched from private addresses; false on the internet, or admins could have internal pages asked for. */
  @BooleanSetting()
  DOMAIN_PRIVATE_ADDRESSES: boolean = false;

  /** Hours between two looks whether the proof of a verified domain is still there; 0: never. */
  @IntegerSetting(0, 8_760)
  DOMAIN_RECHECK_HOURS: number = 24;

  /** Days that a verified domain leads to its company although its proof is not found any more. */
  @IntegerSetting(0, 365)
  DOMAIN_GRACE_DAYS: number = 7;

  /**
   * Milliseconds that a company's former database user stays after the change to a new one: longer than it takes from
   * reading credentials to being signed in (5 s) and until every process has heard of the change (4 s without Redis).
   */
  @IntegerSetting(
    5_000,
    600_000,
    'a process may sign in with credentials that it read up to 5 s before, and without Redis hears of a change 4 s later',
  )
  CREDENTIALS_SETTLE_MS: number = 8_000;

  /** Milliseconds after the change in which connections of the former user end by themselves; then idle ones are ended. */
  @IntegerSetting(0, 3_600_000)
  CREDENTIALS_DRAIN_MS: number = 60_000;
}
