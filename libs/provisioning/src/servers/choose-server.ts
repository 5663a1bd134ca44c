import { unavailable } from '@finvera/common';
import type { PlacementClass } from '@finvera/master-data';
import type { EntityManager } from 'typeorm';
import { pickServer, type ServerCandidate } from './pick-server.js';

/** A measurement of load that is older says nothing any more. */
const LOAD_VALID_S = 300;
/** With so few places left a creation takes its place under lock, so that no two take the last one. */
const NEARLY_FULL = 64;

const CANDIDATES = `SELECT s.id, s.host, s.port, s.placement_class, s.max_tenants,
    (SELECT COALESCE(SUM(c.tenants), 0) FROM tenant_counts c WHERE c.server_id = s.id AND c.status NOT IN ('deleted', 'archived')) AS tenants,
    l.open_connections, l.max_connections, l.storage_used_mb
  FROM database_servers s
  LEFT JOIN server_loads l ON l.server_id = s.id AND l.measured_at > DATE_SUB(UTC_TIMESTAMP(6), INTERVAL ${LOAD_VALID_S} SECOND)
 WHERE s.status = 'active'`;

/**
 * The server for a new tenant, within the transaction that makes its record. Draining and retired ones get none.
 * @throws DomainError 503 `no_server_available` when all are full, draining or retired
 */
export async function chooseServer(master: EntityManager, placementClass: PlacementClass): Promise<ServerCandidate> {
  const candidates = await activeServers(master);
  for (let chosen = pickServer(candidates, placementClass); chosen; chosen = pickServer(candidates, placementClass)) {
    if (chosen.maxTenants - chosen.tenants > NEARLY_FULL) return chosen;
    if (await hasRoom(master, chosen.id)) return chosen;
    candidates.splice(candidates.indexOf(chosen), 1);
  }
  throw unavailable(
    'no_server_available',
    'No database server has room for another company; add one and try again.',
    60,
  );
}

/** As it is now, not as it was when the transaction began; until its end nobody else takes a place there. */
async function hasRoom(master: EntityManager, serverId: string): Promise<boolean> {
  const [server]: { max_tenants: number; status: string }[] = await master.query(
    'SELECT max_tenants, status FROM database_servers WHERE id = ? FOR UPDATE',
    [serverId],
  );
  const [counted]: { tenants: string }[] = await master.query(
    "SELECT COALESCE(SUM(tenants), 0) AS tenants FROM tenant_counts WHERE server_id = ? AND status NOT IN ('deleted', 'archived') LOCK IN SHARE MODE",
    [serverId],
  );
  return server?.status === 'active' && Number(counted!.tenants) < server.max_tenants;
}

async function activeServers(master: EntityManager): Promise<ServerCandidate[]> {
  const rows: Record<string, never>[] = await master.query(CANDIDATES);
  return rows.map((row) => ({
    id: row.id!,
    host: row.host!,
    port: Number(row.port),
    placementClass: row.placement_class!,
    tenants: Number(row.tenants),
    maxTenants: Number(row.max_tenants),
    ...(row.max_connections !== null && {
      load: {
        openConnections: Number(row.open_connections),
        maxConnections: Number(row.max_connections),
        storageUsedMb: Number(row.storage_used_mb),
      },
    }),
  }));
}
