import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { ProvisioningConfig } from '../provisioning.config.js';

/** Lets so many databases be made at a time on one server by this process; others wait their turn, first come first served. */
@Injectable()
export class CreationTurns {
  private readonly servers = new Map<string, LimitFunction>();

  constructor(private readonly config: ProvisioningConfig) {}

  run<T>(serverId: string, work: () => Promise<T>): Promise<T> {
    let turns = this.servers.get(serverId);
    if (!turns) {
      turns = pLimit(this.config.CREATIONS_PER_SERVER);
      this.servers.set(serverId, turns);
    }
    return turns(work);
  }
}
