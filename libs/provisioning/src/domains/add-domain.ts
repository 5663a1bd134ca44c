import { type Actor, conflict, newUuid, retryDeadlocks, ruleBroken } from '@finvera/common';
import { AuditLog, TenantDomain } from '@finvera/master-data';
import { TENANCY_OPTIONS, type TenancyOptions } from '@finvera/tenancy';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { lockTenant } from '../tenants/lock-tenant.js';
import { readCustomDomain } from './domain-names.js';

const DOMAINS_MAX = 20;
const TOKEN_BYTES = 32;

/** Gives a company a domain of its own. It leads nowhere until it is verified. */
@Injectable()
export class AddDomain {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    @Inject(TENANCY_OPTIONS) private readonly tenancy: TenancyOptions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Adding it again answers what is there.
   * @throws DomainError 400, 422 `domain_reserved`, `too_many_domains`; 409 `domain_taken` by a company that verified it
   */
  add(tenantId: string, text: string, actor: Actor): Promise<TenantDomain> {
    const domain = readCustomDomain(text, this.tenancy.baseDomain);
    return retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        const known = await tx.findOneBy(TenantDomain, { tenantId, domain });
        if (known) return known;
        await assertFree(tx, domain);
        if ((await tx.countBy(TenantDomain, { tenantId })) >= DOMAINS_MAX)
          throw ruleBroken('too_many_domains', `A company has at most ${DOMAINS_MAX} domains; remove one first.`);
        const id = newUuid();
        await tx.insert(TenantDomain, {
          id,
          tenantId,
          domain,
          challengeToken: randomBytes(TOKEN_BYTES).toString('base64url'),
        });
        await this.audit.record(tx, actor, {
          action: 'domain.added',
          tenantId,
          objectType: 'domain',
          objectId: id,
          after: { domain },
        });
        return tx.findOneByOrFail(TenantDomain, { id });
      }),
    );
  }
}

/** A domain that a live company has verified is that company's. @throws DomainError 409 `domain_taken` */
export async function assertFree(tx: EntityManager, domain: string): Promise<void> {
  const taken: unknown[] = await tx.query(
    `SELECT 1 FROM tenant_domains d JOIN tenant_master t ON t.id = d.tenant_id
      WHERE d.verified_domain = ? AND t.status <> 'deleted'`,
    [domain],
  );
  if (taken.length > 0) throw domainTaken(domain);
}

export const domainTaken = (domain: string) =>
  conflict('domain_taken', `${domain} belongs to another company; it must be removed there first.`);
