import { Inject } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral } from 'typeorm';

/** Token of the request's TenantDataSource. */
export const TENANT_DATA_SOURCE = Symbol('TENANT_DATA_SOURCE');

/** Token of the request's TenantReader. */
export const TENANT_READER = Symbol('TENANT_READER');

const repositoryTokens = new Map<EntityTarget<ObjectLiteral>, symbol>();

/** Token of a tenant repository; the same one for the same entity. */
export function tenantRepositoryToken(entity: EntityTarget<ObjectLiteral>): symbol {
  let token = repositoryTokens.get(entity);
  if (!token) {
    token = Symbol(`TenantRepository(${typeof entity === 'function' ? entity.name : String(entity)})`);
    repositoryTokens.set(entity, token);
  }
  return token;
}

/** Injects the DataSource of the tenant that the request names. */
export const InjectTenantDataSource = () => Inject(TENANT_DATA_SOURCE);

/** Injects where long reads of the tenant that the request names go: its server's replica when that has caught up. */
export const InjectTenantReader = () => Inject(TENANT_READER);

/** Injects the repository of an entity in the database of the tenant that the request names. */
export const InjectTenantRepository = (entity: EntityTarget<ObjectLiteral>) => Inject(tenantRepositoryToken(entity));
