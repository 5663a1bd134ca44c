import { TenantPoolManager } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';

const EVERY_MS = 60_000;

/** Closes tenants that nobody has used for five minutes: a matter of each process, so each does it for itself. */
@Injectable()
export class IdleTenants {
  constructor(private readonly pools: TenantPoolManager) {}

  @Interval(EVERY_MS)
  sweep(): void {
    this.pools.cleanupOldConnections();
  }
}
