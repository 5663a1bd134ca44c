import { conflict, notFound } from '@finvera/common';
import { Tenant } from '@finvera/master-data';
import type { EntityManager } from 'typeorm';

/**
 * The company, locked until the transaction ends.
 * @throws DomainError 404 `tenant_not_found`; 409 `tenant_deleted`
 */
export async function lockTenant(tx: EntityManager, id: string): Promise<Tenant> {
  const tenant = await tx.findOne(Tenant, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!tenant) throw notFound('company', id, 'tenant_not_found');
  if (tenant.status === 'deleted') throw conflict('tenant_deleted', `The company ${tenant.subdomain} is deleted.`);
  return tenant;
}
