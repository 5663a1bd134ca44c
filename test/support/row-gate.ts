import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Platform } from './platform.js';

export interface GatedRow {
  status: string;
  step: string | null;
}

/**
 * Lets a worker write an operation's row once at a time, by holding the row's lock in between: so a test can stop it at
 * each step. Two connections take turns; locks are given in the order in which they were asked for, so between two turns
 * there is room for one write.
 */
export class RowGate {
  private constructor(
    private readonly operationId: string,
    private held: Connection,
    private spare: Connection,
    private readonly watch: Connection,
  ) {}

  static async close(platform: Platform, operationId: string): Promise<RowGate> {
    const [held, spare, watch] = [await platform.connect(), await platform.connect(), await platform.connect()];
    const gate = new RowGate(operationId, held, spare, watch);
    await gate.lock(held);
    return gate;
  }

  /** Lets writes through until the row is so, and holds it there. */
  async until(isThere: (row: GatedRow) => boolean, what: string): Promise<GatedRow> {
    for (const deadline = performance.now() + 30_000; performance.now() < deadline; ) {
      const next = this.lock(this.spare);
      next.catch(() => undefined); // when the gate is opened meanwhile
      await this.untilQueued();
      await this.held.query('ROLLBACK');
      const row = await next;
      [this.held, this.spare] = [this.spare, this.held];
      if (isThere(row)) return row;
    }
    throw new Error(`the operation was not seen at ${what}`);
  }

  async open(): Promise<void> {
    for (const connection of [this.held, this.spare, this.watch]) connection.destroy();
  }

  /** Until the spare connection stands in the queue for the lock. */
  private async untilQueued(): Promise<void> {
    for (;;) {
      const [rows] = await this.watch.query<RowDataPacket[]>(
        "SELECT 1 FROM information_schema.processlist WHERE id = ? AND command = 'Query' AND info LIKE 'SELECT status%'",
        [this.spare.threadId],
      );
      if (rows.length > 0) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 5)); // from its beginning to the lock
  }

  private async lock(connection: Connection): Promise<GatedRow> {
    await connection.query('BEGIN');
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT status, step FROM tenant_operations WHERE id = ? FOR UPDATE',
      [this.operationId],
    );
    return rows[0] as GatedRow;
  }
}
