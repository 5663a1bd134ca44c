/** Tenants that both asked within this time share the process. */
const TOGETHER_MS = 1_000;

/** Whether more than one tenant is at work in this process. Costs one comparison for each connection that is asked for. */
export class RecentTenants {
  private latest?: object;
  private changedAtMs = Number.NEGATIVE_INFINITY;

  /** @param tenant whatever stands for it, always the same */
  note(tenant: object): void {
    if (tenant === this.latest) return;
    if (this.latest) this.changedAtMs = performance.now();
    this.latest = tenant;
  }

  get areSeveral(): boolean {
    return performance.now() - this.changedAtMs < TOGETHER_MS;
  }
}
