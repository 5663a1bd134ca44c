/**
 * For so long after a server is back its companies may still be refused: the circuit breaker's longest pause is 5 s,
 * and the attempt after it takes its time.
 */
const HEALED_AFTER_MS = 7_000;
/** For so long a suspension, or its end, may be unknown to a process that Redis did not reach. */
const KNOWN_AFTER_MS = 6_000;

/** What was broken when, and so which refusals are right. Times are of performance.now(). */
export class FaultLog {
  breaks = 0;
  suspensions = 0;
  /** server → times in which it was down @type {Map<string, { fromMs: number, toMs: number }[]>} */
  #down = new Map();
  /** company → times in which it was suspended @type {Map<string, { beganMs: number, sureMs: number, endingMs: number, endedMs: number }[]>} */
  #suspended = new Map();

  /** @returns {() => void} call when it is back */
  wentDown(server) {
    this.breaks += 1;
    const time = { fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY };
    this.#add(this.#down, server, time);
    return () => {
      time.toMs = performance.now();
    };
  }

  /** Call before a company is suspended; the answer's functions when it surely is, before it ends, and when it ended. */
  suspending(companyId) {
    this.suspensions += 1;
    const never = Number.POSITIVE_INFINITY;
    const time = { beganMs: performance.now(), sureMs: never, endingMs: never, endedMs: never };
    this.#add(this.#suspended, companyId, time);
    return {
      sure: () => {
        time.sureMs = performance.now();
      },
      ending: () => {
        time.endingMs = performance.now();
      },
      ended: () => {
        time.endedMs = performance.now();
      },
    };
  }

  /** Whether one of the servers was down, or had just come back, at some time of this request. */
  wasDown(servers, { startMs, endMs }) {
    return servers.some((server) =>
      this.#times(this.#down, server).some(({ fromMs, toMs }) => fromMs <= endMs && startMs <= toMs + HEALED_AFTER_MS),
    );
  }

  /** Whether the company may have been taken for suspended at some time of this request. */
  mayBeSuspended(companyId, { startMs, endMs }) {
    return this.#times(this.#suspended, companyId).some(
      ({ beganMs, endedMs }) => beganMs <= endMs && startMs <= endedMs + KNOWN_AFTER_MS,
    );
  }

  /** Whether the company was known everywhere to be suspended during the whole of this request. */
  mustBeSuspended(companyId, { startMs, endMs }) {
    return this.#times(this.#suspended, companyId).some(
      ({ sureMs, endingMs }) => sureMs + KNOWN_AFTER_MS <= startMs && endMs <= endingMs,
    );
  }

  #times(map, key) {
    return map.get(key) ?? [];
  }

  #add(map, key, time) {
    map.set(key, [...this.#times(map, key), time]);
  }
}
