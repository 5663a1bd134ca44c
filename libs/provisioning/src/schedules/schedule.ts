/** Work that is done by the clock, once for the whole fleet. */
export interface Schedule {
  /** as routes, commands and records call it */
  readonly name: string;
  readonly description: string;
  readonly everyMs: number;
  /** Added to midnight UTC of 1970-01-01, from which periods are counted. */
  readonly offsetMs?: number;
  /** Not enqueued by the clock; whoever asks for it gets it all the same. */
  readonly isOff?: boolean;
  /**
   * Idempotent: a run whose process died is done again.
   * @param signal the process is to end, or has lost its right to the run: stop early, by throwing; another goes on
   * @returns figures to record
   */
  run(signal: AbortSignal): Promise<Record<string, number>>;
}

export const SCHEDULES = Symbol('SCHEDULES');

/** The last moment at which a schedule was due. All processes agree on it, whatever their clocks differ by. */
export function lastTick({ everyMs, offsetMs = 0 }: Schedule, now: Date): Date {
  return new Date(Math.floor((now.getTime() - offsetMs) / everyMs) * everyMs + offsetMs);
}
