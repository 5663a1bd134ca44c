import { remember } from '@finvera/common';
/** How often a tenant was opened in this process, and evicted from it for want of room. */
export interface TenantHistory {
  opens: number;
  evictions: number;
}

/** Histories outlive the cache entries they tell of; the longest unopened ones are forgotten. */
export class TenantHistories {
  private readonly known = new Map<string, TenantHistory>();

  /** @param max tenants that are remembered */
  constructor(private readonly max: number) {}

  of(tenantId: string): TenantHistory {
    const history = this.known.get(tenantId) ?? { opens: 0, evictions: 0 };
    remember(this.known, tenantId, history, this.max);
    return history;
  }
}
