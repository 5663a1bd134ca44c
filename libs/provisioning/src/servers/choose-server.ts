import { unavailable } from '@finvera/common';
import type { DatabaseServer, PlacementClass } from '@finvera/master-data';
import type { EntityManager } from 'typeorm';

/**
 * The server for a new tenant: an active one of the plan's placement class, else any active one; the one with the
 * most free places.
 * @throws DomainError 503 `no_server_available` when all are full, draining or retired
 */
export async function chooseServer(master: EntityManager, placementClass: PlacementClass): Promise<DatabaseServer> {
  const [chosen]: { id: string }[] = await master.query(
    `SELECT s.id, s.max_tenants - COUNT(t.id) AS free_places
       FROM database_servers s LEFT JOIN tenant_master t ON t.server_id = s.id AND t.status <> 'deleted'
      WHERE s.status = 'active'
      GROUP BY s.id, s.max_tenants, s.placement_class
     HAVING free_places > 0
      ORDER BY s.placement_class = ? DESC, free_places DESC LIMIT 1`,
    [placementClass],
  );
  if (!chosen)
    throw unavailable(
      'no_server_available',
      'No database server has room for another company; add one and try again.',
      60,
    );
  const [server]: DatabaseServer[] = await master.query('SELECT id, host, port FROM database_servers WHERE id = ?', [
    chosen.id,
  ]);
  return server!;
}
