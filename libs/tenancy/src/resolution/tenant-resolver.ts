import { DomainError, forbidden, malformed, notFound, unavailable } from '@finvera/common';
import { Inject, Injectable } from '@nestjs/common';
import { TenantCache } from '../directory/tenant-cache.js';
import type { TenantRecord } from '../directory/tenant-directory.js';
import { TENANCY_OPTIONS, type TenancyOptions } from '../tenancy.options.js';
import { isSubdomain, readHost } from './host-name.js';

/** Everything in a request that names a tenant. */
export interface TenantClaims {
  /** the Host header */
  host?: string;
  /** `tenant_id` of a token that was verified */
  tokenTenantId?: string;
  /** `tenant_id` in query or body, of a platform admin alone */
  explicitTenantId?: string;
  /** `subdomain` in the body of a sign-in */
  subdomain?: string;
}

const ID = /^[0-9A-Za-z-]{1,64}$/;

const noSuchTenant = (name: string) => notFound('company', name, 'tenant_not_found');

/** Finds the one tenant that a request names, and says whether it may be used. */
@Injectable()
export class TenantResolver {
  constructor(
    @Inject(TENANCY_OPTIONS) private readonly options: TenancyOptions,
    private readonly cache: TenantCache,
  ) {}

  /**
   * The tenant that all claims agree on; null when nothing names one.
   * @throws DomainError 404 `tenant_not_found`; 403 `tenant_mismatch` when two claims name different tenants
   */
  resolve(claims: TenantClaims): Promise<TenantRecord | null> {
    const { observer } = this.options;
    return observer?.phase ? observer.phase('resolve', () => this.agreed(claims)) : this.agreed(claims);
  }

  private async agreed(claims: TenantClaims): Promise<TenantRecord | null> {
    let found: TenantRecord | null = null;
    for (const named of this.lookups(claims)) {
      const record = await named;
      if (!record) continue;
      if (found && found.id !== record.id)
        throw forbidden(
          'The request names two different companies (host, token, tenant_id or subdomain).',
          'tenant_mismatch',
        );
      found = record;
    }
    return found;
  }

  /**
   * @throws DomainError with a code of its own for each way in which a tenant cannot be used now
   */
  assertUsable(tenant: TenantRecord): void {
    const name = tenant.subdomain;
    switch (tenant.status) {
      case 'active':
        break;
      case 'suspended':
        throw forbidden(
          `The company ${name} is suspended${tenant.suspendedReason ? `: ${tenant.suspendedReason}` : ''}. Contact support.`,
          'tenant_suspended',
        );
      case 'archived':
        throw forbidden(`The company ${name} is archived. Contact support to have it back.`, 'tenant_archived');
      case 'deleting':
      case 'deleted':
        throw forbidden(`The company ${name} is deleted.`, 'tenant_deleted');
      case 'migrating':
        throw unavailable('tenant_migrating', `The company ${name} is being upgraded; try again shortly.`, 5);
      case 'restoring':
        throw unavailable('tenant_restoring', `The company ${name} is being restored; try again later.`, 30);
      case 'provisioning':
      case 'failed':
        throw notProvisioned(name);
      default:
        tenant.status satisfies never;
        throw new DomainError('tenant_unavailable', 503, `The company ${name} cannot be used at the moment.`);
    }
    if (!tenant.provisioned) throw notProvisioned(name);
    if (Number(tenant.schemaVersion ?? 0) < Number(this.options.minSchemaVersion))
      throw unavailable('tenant_migrating', `The company ${name} is waiting for an upgrade; try again shortly.`, 30);
  }

  private *lookups(claims: TenantClaims): Generator<Promise<TenantRecord | null>> {
    const host = readHost(claims.host, this.options.baseDomain);
    if (host.kind === 'impossible') throw noSuchTenant(host.host);
    if (host.kind === 'subdomain') yield this.found(this.cache.bySubdomain(host.subdomain), host.subdomain);
    if (host.kind === 'domain') yield this.cache.byDomain(host.domain); // of nobody: an address of the platform
    if (claims.tokenTenantId) yield this.found(this.cache.byId(claims.tokenTenantId), claims.tokenTenantId);
    if (claims.explicitTenantId !== undefined) {
      if (!ID.test(claims.explicitTenantId)) throw malformed('tenant_id is not the id of a company');
      yield this.found(this.cache.byId(claims.explicitTenantId), claims.explicitTenantId);
    }
    if (claims.subdomain !== undefined) {
      if (!isSubdomain(claims.subdomain)) throw noSuchTenant(claims.subdomain);
      yield this.found(this.cache.bySubdomain(claims.subdomain), claims.subdomain);
    }
  }

  private async found(lookup: Promise<TenantRecord | null>, name: string): Promise<TenantRecord> {
    const record = await lookup;
    if (!record) throw noSuchTenant(name);
    return record;
  }
}

const notProvisioned = (name: string) =>
  unavailable('tenant_not_provisioned', `The company ${name} is not ready yet; try again shortly.`, 5);
