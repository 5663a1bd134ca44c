import { CircuitBreaker } from './circuit-breaker.js';

/** After a statement has waited so long for its answer, and nothing else was heard from the server, it is asked. */
const SUSPICIOUS_SILENCE_MS = 2_000;
/** A server that was asked and answered is not suspected again before this. */
const TRUSTED_MS = 10_000;

export type ProbeOutcome = 'alive' | 'dead' | 'unknown';

/** What the health of a server is judged by, and who is told. */
export interface ProbedServer {
  /** Opens a connection; what it says of the server. */
  probe(): Promise<ProbeOutcome>;
  /** Whether anybody still has to do with the server. */
  isUsed(): boolean;
  /** @param silent nothing was heard on the connections that are open either */
  wentDown(silent: boolean): void;
  cameBack(): void;
}

/**
 * Whether a server answers. It is down after three failed attempts to connect in a row, or when it is silent while
 * statements are under way and does not take a connection either. While it is down nobody's request asks it: it is
 * asked in the background, after a pause that doubles up to five seconds, until it answers.
 */
export class ServerHealth {
  private down = false;
  private asking = false;
  private trustedUntilMs = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly server: ProbedServer,
    private readonly breaker = new CircuitBreaker(),
  ) {}

  get isDown(): boolean {
    return this.down;
  }

  /** Seconds until it is asked again, for `Retry-After`. */
  get retryAfterSeconds(): number {
    return this.breaker.retryAfterSeconds;
  }

  /** It took a connection, or refused it: it is there. */
  reached(): void {
    this.breaker.succeeded();
    if (!this.down) return;
    this.down = false;
    clearTimeout(this.timer);
    this.server.cameBack();
  }

  failed(): void {
    if (this.down) return; // the attempt began before
    this.breaker.failed();
    if (this.breaker.isOpen) this.goDown();
  }

  /**
   * Looks whether it must be asked.
   * @param silentMs how long somebody has waited for an answer while nothing at all was heard from the server
   */
  listen(silentMs: number): void {
    if (silentMs < SUSPICIOUS_SILENCE_MS) return;
    if (this.down) this.server.wentDown(true);
    else if (!this.asking && performance.now() >= this.trustedUntilMs) void this.judge();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async judge(): Promise<void> {
    const outcome = await this.ask();
    if (outcome !== 'dead') this.trustedUntilMs = performance.now() + TRUSTED_MS;
    else if (!this.down) {
      this.breaker.trip();
      this.goDown(true);
    }
  }

  private goDown(silent = false): void {
    this.down = true;
    this.server.wentDown(silent);
    this.askLater();
  }

  private askLater(): void {
    this.timer = setTimeout(() => void this.askAgain(), this.breaker.remainingPauseMs).unref();
  }

  private async askAgain(): Promise<void> {
    // who comes back to it finds out by themselves
    const outcome = this.server.isUsed() ? await this.ask() : 'alive';
    if (!this.down) return;
    if (outcome === 'alive') {
      this.reached();
      return;
    }
    if (outcome === 'dead') this.breaker.failed();
    else this.breaker.trip();
    this.askLater();
  }

  private async ask(): Promise<ProbeOutcome> {
    this.asking = true;
    try {
      return await this.server.probe();
    } finally {
      this.asking = false;
    }
  }
}
