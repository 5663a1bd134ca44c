import { API_KEY_AREAS } from '@finvera/master-data';
import { call } from './support/http.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

interface Operation {
  'x-access'?: { kind: string };
  summary?: string;
  responses?: Record<string, unknown>;
  security?: Record<string, unknown>[];
}

/** Walks the OpenAPI document: no route without an access rule, and each rule is kept. */
describe('OpenAPI', () => {
  let platform: Platform;
  let acme: GivenTenant;
  let routes: { method: string; path: string; operation: Operation }[];

  beforeAll(async () => {
    platform = await givenPlatform();
    acme = await platform.givenTenant();
    const { body } = await call(platform.port, '/api/docs-json');
    routes = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  });

  const send = (route: { method: string; path: string }, token?: string) =>
    call(platform.port, route.path.replaceAll(/\{\w+\}/g, '1'), {
      method: route.method,
      token,
      ...(route.method !== 'GET' && { json: {} }),
    });

  it('has every route of the contract', () => {
    const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    for (const route of [
      'POST /api/admin/auth/login', 'POST /api/admin/tenants', 'GET /api/admin/tenants', 'GET /api/admin/tenants/{id}', 'PUT /api/admin/tenants/{id}',
      'DELETE /api/admin/tenants/{id}', 'POST /api/admin/tenants/{id}/suspend', 'POST /api/admin/tenants/{id}/reactivate', 'GET /api/admin/tenants/{id}/stats',
      'GET /api/admin/tenants/{id}/health', 'GET /api/admin/connections', 'GET /api/admin/servers', 'POST /api/admin/servers', 'GET /api/admin/servers/{id}', 'GET /api/admin/operations', 'GET /api/admin/audit-log', 'GET /api/admin/schedules', 'POST /api/admin/schedules/{name}/run', 'GET /api/admin/tenants/{id}/backups', 'POST /api/admin/tenants/{id}/backups', 'GET /api/admin/backups/{id}', 'POST /api/admin/backups/{id}/restore', 'POST /api/auth/login',
      'GET /api/account-groups', 'POST /api/ledgers', 'GET /api/ledgers/{id}/statement', 'POST /api/vouchers', 'POST /api/vouchers/bulk',
      'POST /api/vouchers/{id}/cancel', 'POST /api/vouchers/{id}/reverse', 'GET /api/reports/trial-balance', 'GET /api/reports/profit-and-loss',
      'GET /api/reports/balance-sheet', 'GET /api/reports/day-book', 'GET /api/reports/outstandings', 'GET /api/settings/company',
      'GET /api/settings/periods', 'GET /api/edit-log', 'GET /api/health/live', 'GET /api/health/ready',
    ]) // biome-ignore format: a list
      expect([route, known.has(route)]).toEqual([route, true]);
  });

  it('every route has an access rule, a summary, and documented answers', () => {
    for (const { method, path, operation } of routes) {
      const route = `${method} ${path}`;
      expect([route, operation['x-access']?.kind]).toEqual([
        route,
        expect.stringMatching(/^(public|platform|company|company-public)$/),
      ]);
      expect([route, Boolean(operation.summary)]).toEqual([route, true]);
      expect([route, Object.keys(operation.responses ?? {}).length > 0]).toEqual([route, true]);
      expect([route, Boolean(operation.security)]).toEqual([
        route,
        ['platform', 'company'].includes(operation['x-access']!.kind),
      ]);
    }
  });

  it('API keys know every area of the platform', () => {
    const areas = routes
      .filter(({ operation }) => operation['x-access']!.kind === 'platform')
      .map(({ path }) => path.split('/')[3]!);
    expect([...new Set(areas)].sort()).toEqual([...API_KEY_AREAS].sort());
  });

  it('nobody gets into a platform or company route without a token', async () => {
    for (const route of routes.filter(({ operation }) => ['platform', 'company'].includes(operation['x-access']!.kind)))
      expect([`${route.method} ${route.path}`, (await send(route)).status]).toEqual([
        `${route.method} ${route.path}`,
        401,
      ]);
  });

  it('neither audience opens the other’s routes', async () => {
    for (const route of routes) {
      const { kind } = route.operation['x-access']!;
      if (kind !== 'platform' && kind !== 'company') continue;
      const token = kind === 'platform' ? acme.user.token : platform.admin.token;
      expect([`${route.method} ${route.path}`, (await send(route, token)).status]).toEqual([
        `${route.method} ${route.path}`,
        403,
      ]);
    }
  });

  it('a viewer reads and changes nothing', async () => {
    const password = 'a viewer password';
    await acme.user.post('/api/users', { email: 'viewer@acme.example', name: 'Viewer', role: 'viewer', password });
    const { body } = await call(platform.port, '/api/auth/login', {
      method: 'POST',
      json: { subdomain: acme.subdomain, email: 'viewer@acme.example', password },
    });
    for (const route of routes.filter(
      ({ operation, path }) => operation['x-access']!.kind === 'company' && !path.startsWith('/api/auth/'),
    )) {
      const { status } = await send(route, body.data.token);
      const mayRead =
        route.method === 'GET' &&
        !/^\/api\/(users|invitations|roles|edit-log|api-keys|books|approvals|webhook)/.test(route.path);
      expect([`${route.method} ${route.path}`, status === 403]).toEqual([`${route.method} ${route.path}`, !mayRead]);
    }
  });
});
