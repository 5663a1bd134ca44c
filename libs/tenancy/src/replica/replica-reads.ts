import { CircuitBreaker } from '../connections/circuit-breaker.js';

export interface ReplicaStats {
  /** Reads that were answered by the replica. */
  reads: number;
  /** Reads that went to the primary, because the replica had not caught up in time… */
  lagging: number;
  /** …or could not be used. */
  unavailable: number;
  /** `false`: it was behind or away several times in a row and is left alone for a moment. */
  used: boolean;
}

/** What is read from one replica, and whether it is worth asking. */
export class ReplicaReads {
  private readonly counts = { reads: 0, lagging: 0, unavailable: 0 };
  /** an open one keeps reads from waiting for a replica that is behind or away anyway */
  private readonly breaker = new CircuitBreaker();

  get isLeftAlone(): boolean {
    return this.breaker.isOpen;
  }

  /** Whether to ask it now. After yes one of the methods below must be called. */
  begin(): boolean {
    return this.breaker.allows();
  }

  answered(): void {
    this.counts.reads += 1;
    this.breaker.succeeded();
  }

  wasBehind(): void {
    this.counts.lagging += 1;
    this.breaker.failed();
  }

  wasAway(): void {
    this.counts.unavailable += 1;
    this.breaker.failed();
  }

  /** It is there, but not for this tenant. */
  refused(): void {
    this.counts.unavailable += 1;
    this.breaker.succeeded();
  }

  stats(): ReplicaStats {
    return { ...this.counts, used: !this.breaker.isOpen };
  }
}
