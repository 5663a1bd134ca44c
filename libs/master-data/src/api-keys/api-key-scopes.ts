/** What stands after `/api/admin/` in the platform's routes. */
export const API_KEY_AREAS = [
  'audit-log', 'api-keys', 'backups', 'census', 'connections', 'operations', 'plans', 'rollouts', 'schedules', 'servers', 'tenants',
  'webhook-deliveries', 'webhook-endpoints',
] as const; // biome-ignore format: a list

/**
 * - `*`: everything
 * - `read`: everything that only reads
 * - `tenants:read`, `tenants:write`: one area; `write` reads as well. Nothing but `*` writes `api-keys`: who makes keys can
 *   make one that may do anything.
 */
export const API_KEY_SCOPES: readonly string[] = [
  '*',
  'read',
  ...API_KEY_AREAS.flatMap((area) => (area === 'api-keys' ? [`${area}:read`] : [`${area}:read`, `${area}:write`])),
];

/** @param route as it was declared: `/api/admin/tenants/:id` */
export function isAllowed(scopes: readonly string[], method: string, route: string): boolean {
  if (scopes.includes('*')) return true;
  const [area] = route.replace(/^\/api\/admin\//, '').split('/');
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && (scopes.includes('read') || scopes.includes(`${area}:read`))) return true;
  return scopes.includes(`${area}:write`);
}
