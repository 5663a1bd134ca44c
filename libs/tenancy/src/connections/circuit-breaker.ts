const FAILURES_TO_OPEN = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Stops asking a server that does not answer: after three failures in a row it is left alone for a pause that
 * doubles up to five seconds; then one attempt goes through, and a success closes the breaker.
 */
export class CircuitBreaker {
  private failures = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private openUntilMs = 0;
  private probing = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether an attempt may be made now; answering yes after a pause counts as the one attempt. */
  allows(): boolean {
    if (this.failures < FAILURES_TO_OPEN) return true;
    if (this.probing || this.now() < this.openUntilMs) return false;
    this.probing = true;
    return true;
  }

  get isOpen(): boolean {
    return this.failures >= FAILURES_TO_OPEN && (this.probing || this.now() < this.openUntilMs);
  }

  succeeded(): void {
    this.failures = 0;
    this.pauseMs = FIRST_PAUSE_MS;
    this.probing = false;
  }

  failed(): void {
    this.failures += 1;
    this.probing = false;
    if (this.failures < FAILURES_TO_OPEN) return;
    this.openUntilMs = this.now() + this.pauseMs;
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }

  /** Opens it at once. */
  trip(): void {
    this.failures = Math.max(this.failures, FAILURES_TO_OPEN - 1);
    this.failed();
  }

  get remainingPauseMs(): number {
    return Math.max(0, this.openUntilMs - this.now());
  }

  /** Seconds until the next attempt, for `Retry-After`. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil(this.remainingPauseMs / 1000));
  }
}
