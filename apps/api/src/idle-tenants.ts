import { CloseIdleConnections } from '@finvera/provisioning';
import { TenantPoolManager } from '@finvera/tenancy';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';

const EVERY_MS = 60_000;

/** Closes tenants that nobody has used for five minutes: a matter of each process, so each does it for itself. */
@Injectable()
export class IdleTenants implements OnModuleInit {
  constructor(
    private readonly pools: TenantPoolManager,
    private readonly askedFor: CloseIdleConnections,
  ) {}

  onModuleInit(): void {
    this.askedFor.listen();
  }

  @Interval(EVERY_MS)
  sweep(): void {
    this.pools.cleanupOldConnections();
  }
}
