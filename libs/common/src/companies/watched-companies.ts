/** Companies that schedules look into by the minute because something waits for news there; all others are left in peace. */
export abstract class WatchedCompanies {
  /** Call before what is to be looked after is stored. Doing it twice is doing it once. */
  abstract watch(tenantId: string): Promise<void>;
  /** Nothing waits there; one that was watched only a short time ago stays so: what it waits for may be on its way. */
  abstract leave(tenantId: string): Promise<void>;
}
