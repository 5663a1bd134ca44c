import type { PlacementClass } from '@finvera/master-data';

/** A server that takes new tenants, and how full it is. */
export interface ServerCandidate {
  id: string;
  host: string;
  port: number;
  placementClass: PlacementClass;
  tenants: number;
  maxTenants: number;
  /** Absent until it was measured, or when the measurement is old. */
  load?: { openConnections: number; maxConnections: number; storageUsedMb: number };
}

/** A server whose connections are used up so far gets a new tenant only when there is no other. */
const CONNECTIONS_BUSY = 0.9;

/**
 * The server for a new tenant among those that are active: with room; of the plan's class before any other; not short
 * of connections; the one whose places are used least, by hundredths; then the one with fewer bytes; then the older one.
 * The same candidates give the same answer.
 * @returns undefined when all are full
 */
export function pickServer(
  candidates: readonly ServerCandidate[],
  placementClass: PlacementClass,
): ServerCandidate | undefined {
  return candidates
    .filter(({ tenants, maxTenants }) => tenants < maxTenants)
    .map((server) => ({ server, rank: rank(server, placementClass) }))
    .sort((one, other) => compare(one.rank, other.rank))[0]?.server;
}

function rank(server: ServerCandidate, placementClass: PlacementClass): (number | string)[] {
  const { load } = server;
  const connections = load ? load.openConnections / Math.max(load.maxConnections, 1) : 0;
  return [
    server.placementClass === placementClass ? 0 : 1,
    connections >= CONNECTIONS_BUSY ? 1 : 0,
    Math.floor((server.tenants / server.maxTenants) * 100),
    load?.storageUsedMb ?? 0,
    server.id,
  ];
}

function compare(one: readonly (number | string)[], other: readonly (number | string)[]): number {
  const index = one.findIndex((part, at) => part !== other[at]);
  return index === -1 ? 0 : one[index]! < other[index]! ? -1 : 1;
}
