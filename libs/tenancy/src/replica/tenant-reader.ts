import { DomainError } from '@finvera/common';
import type { ReadSource } from './read-source.js';
import type { TenantReplica } from './tenant-replica.js';

/** Where long reads of a tenant go: to the replica of its server when there is one and it has caught up, else to the primary. */
export class TenantReader {
  constructor(
    private readonly primary: ReadSource,
    private readonly replica?: TenantReplica,
  ) {}

  /**
   * Reads what was acknowledged before the call, or newer.
   * @param work only reads; it is done again on the primary when the replica fails under it
   */
  read<T>(work: (source: ReadSource) => Promise<T>): Promise<T> {
    return this.replica ? this.readFrom(this.replica, work) : work(this.primary);
  }

  private async readFrom<T>(replica: TenantReplica, work: (source: ReadSource) => Promise<T>): Promise<T> {
    if (!(await replica.hasCaughtUp(this.primary))) return work(this.primary);
    try {
      const result = await work(replica.dataSource);
      replica.answered();
      return result;
    } catch (error) {
      if (error instanceof DomainError && error.status < 500) {
        replica.answered(); // the work itself refuses
        throw error;
      }
      replica.failed(error);
      return work(this.primary);
    }
  }

  /** Ends what is open to the replica. */
  async close(): Promise<void> {
    if (this.replica?.dataSource.isInitialized) await this.replica.dataSource.destroy();
  }
}
