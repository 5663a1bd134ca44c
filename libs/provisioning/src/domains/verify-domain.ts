import { type Actor, isDuplicate, retryDeadlocks, ruleBroken } from '@finvera/common';
import { AuditLog, TenantChangeBus, TenantDomain } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { lockTenant } from '../tenants/lock-tenant.js';
import { assertFree, domainTaken } from './add-domain.js';
import { CHALLENGE_KINDS, type ChallengeKind } from './domain.dto.js';
import { domainOf } from './domain-names.js';
import { LookForChallenge } from './look-for-challenge.js';

/** Looks for the proof that a domain is the company's; from then on its host leads to the company. */
@Injectable()
export class VerifyDomain {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
    private readonly challenges: LookForChallenge,
  ) {}

  /**
   * Verifying what is verified changes nothing.
   * @param name id or name of the domain
   * @param method the challenge to look for; without it either will do
   * @throws DomainError 422 `domain_not_verified` that says what is missing where; 409 `domain_taken`
   */
  async verify(tenantId: string, name: string, method: ChallengeKind | undefined, actor: Actor): Promise<TenantDomain> {
    const domain = await domainOf(this.master.manager, tenantId, name);
    if (domain.verifiedAt) return domain;
    const { foundBy, lacks } = await this.challenges.look(domain, method ? [method] : CHALLENGE_KINDS);
    if (!foundBy)
      throw ruleBroken(
        'domain_not_verified',
        `${domain.domain} is not verified: ${lacks.map(({ message }) => message).join('; ')}.`,
        lacks.map(({ kind, message }) => ({ field: kind, message })),
      );
    const verified = await retryDeadlocks(() =>
      this.master
        .transaction((tx) => this.record(tx, domain, foundBy, actor))
        .catch((error: unknown) => {
          throw isDuplicate(error) ? domainTaken(domain.domain) : error;
        }),
    );
    await this.changes.publish(tenantId);
    return verified;
  }

  private async record(tx: EntityManager, { id, tenantId, domain }: TenantDomain, by: ChallengeKind, actor: Actor) {
    await lockTenant(tx, tenantId);
    const current = await domainOf(tx, tenantId, id); // it may have been removed while we looked
    if (current.verifiedAt) return current;
    await assertFree(tx, domain);
    // what a deleted company leaves behind is nobody's
    await tx.query(
      `DELETE d FROM tenant_domains d JOIN tenant_master t ON t.id = d.tenant_id
        WHERE d.verified_domain = ? AND t.status = 'deleted'`,
      [domain],
    );
    await tx.update(TenantDomain, id, { verifiedAt: new Date(), verifiedBy: by, checkedAt: null, failingSince: null });
    await this.audit.record(tx, actor, {
      action: 'domain.verified',
      tenantId,
      objectType: 'domain',
      objectId: id,
      after: { domain, verified_by: by },
    });
    return tx.findOneByOrFail(TenantDomain, { id });
  }
}

/** Somebody else verified it at the same moment. */
