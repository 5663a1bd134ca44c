export { type FreshTenant, givenFreshTenant } from './testing/fresh-tenant.js';
export { givenReusedTenant, type ReusedTenant } from './testing/reused-tenant.js';
export type { TestServer, TestTenantOptions } from './testing/test-server.js';
