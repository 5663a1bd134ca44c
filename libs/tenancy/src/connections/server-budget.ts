import type { Connection } from 'mysql2';

/** Left free for administrators, other programs, and connections that end late; the master database's as well. */
const RESERVED_PART = 1 / 4;
const RESERVED_MIN = 10;
/** What the server says of itself is asked again after this. */
const BELIEVED_MS = 600_000;

/**
 * Connections that all processes together may open at a server: as configured, else what its `max_connections` leave
 * after a reserve of a quarter, ten at least.
 */
export class ServerBudget {
  configured?: number | null;
  private derived?: number;
  private askedAtMs = Number.NEGATIVE_INFINITY;

  get(): number | undefined {
    return this.configured ?? this.derived;
  }

  /** Asks the server behind a fresh connection, when that was not done lately. Nobody waits for it. */
  learn(connection: Connection, learned: () => void): void {
    if (performance.now() - this.askedAtMs < BELIEVED_MS) return;
    this.askedAtMs = performance.now();
    connection.query('SELECT @@max_connections AS max', (error, rows) => {
      if (error) {
        this.askedAtMs = Number.NEGATIVE_INFINITY;
        return;
      }
      const max = Number((rows as { max: string }[])[0]!.max);
      this.derived = Math.max(1, max - Math.max(RESERVED_MIN, Math.ceil(max * RESERVED_PART)));
      learned();
    });
  }
}
