import { CloseIdleConnections, ScheduleRounds } from '@finvera/provisioning';
import { TenantPoolManager } from '@finvera/tenancy';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';

const LOOK_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 60_000;

/** Looks each second whether a schedule is due or somebody asked for one. */
@Injectable()
export class ScheduleClock implements OnModuleInit {
  constructor(
    private readonly rounds: ScheduleRounds,
    private readonly pools: TenantPoolManager,
    private readonly idle: CloseIdleConnections,
  ) {}

  onModuleInit(): void {
    this.idle.listen();
  }

  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.rounds.look();
  }

  /** Companies where the clock's work was done and nobody is any more. */
  @Interval(SWEEP_EVERY_MS)
  sweep(): void {
    this.pools.cleanupOldConnections();
  }
}
