/** Servers that have series of their own; more are counted together as `other`. */
const OWN_SERIES_MAX = 100;

/** The `server` label of metrics: as many values as there are database servers, and never more than a hundred. */
export class ServerLabels {
  private readonly known = new Set<string>();

  labelOf(server: string): string {
    if (this.known.has(server)) return server;
    if (this.known.size >= OWN_SERIES_MAX) return 'other';
    this.known.add(server);
    return server;
  }
}
