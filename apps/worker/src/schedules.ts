import {
  ArchiveInactiveTenants,
  MeasureServers,
  PurgeAfterGrace,
  PurgeIdempotencyKeys,
  RemoveExpiredBackups,
  UpdateStorageStats,
} from '@finvera/provisioning';
import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';

/** What happens by the clock. Each is idempotent: two workers that run it at once do it once. */
@Injectable()
export class Schedules {
  private readonly logger = new Logger(Schedules.name);

  constructor(
    private readonly purgeAfterGrace: PurgeAfterGrace,
    private readonly updateStorageStats: UpdateStorageStats,
    private readonly measureServers: MeasureServers,
    private readonly archiveInactive: ArchiveInactiveTenants,
    private readonly removeExpiredBackups: RemoveExpiredBackups,
    private readonly purgeIdempotencyKeys: PurgeIdempotencyKeys,
  ) {}

  @Cron(CronExpression.EVERY_HOUR)
  async storage(): Promise<void> {
    await this.run('storage statistics', () => this.updateStorageStats.run());
  }

  @Cron(CronExpression.EVERY_MINUTE)
  async loads(): Promise<void> {
    await this.run('loads of servers', () => this.measureServers.run());
  }

  @Cron(CronExpression.EVERY_10_MINUTES)
  async purge(): Promise<void> {
    await this.run('deletions after grace', () => this.purgeAfterGrace.run());
  }

  @Cron(CronExpression.EVERY_HOUR)
  async retention(): Promise<void> {
    await this.run('backups whose time is over', () => this.removeExpiredBackups.run());
    await this.run('idempotency keys whose time is over', () => this.purgeIdempotencyKeys.run());
  }

  @Cron(CronExpression.EVERY_DAY_AT_2AM)
  async inactive(): Promise<void> {
    if (this.archiveInactive.isOn)
      await this.run('inactive companies', async () => (await this.archiveInactive.run()).length);
  }

  private async run(name: string, work: () => Promise<number>): Promise<void> {
    const started = performance.now();
    try {
      const done = await work();
      this.logger.log({
        msg: 'schedule ran',
        schedule: name,
        done,
        duration_ms: Math.round(performance.now() - started),
      });
    } catch (error) {
      this.logger.error({ msg: 'schedule failed', schedule: name, err: error });
    }
  }
}
