import { ScheduleRounds } from '@finvera/provisioning';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';

const EVERY_MS = 1_000;

/** Looks each second whether a schedule is due or somebody asked for one. */
@Injectable()
export class ScheduleClock {
  constructor(private readonly rounds: ScheduleRounds) {}

  @Interval(EVERY_MS)
  look(): Promise<void> {
    return this.rounds.look();
  }
}
