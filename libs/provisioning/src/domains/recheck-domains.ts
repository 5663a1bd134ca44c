import { retryDeadlocks, systemActor } from '@finvera/common';
import { AuditLog, TenantChangeBus, TenantDomain } from '@finvera/master-data';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import { DataSource } from 'typeorm';
import { ProvisioningConfig } from '../provisioning.config.js';
import { lockTenant } from '../tenants/lock-tenant.js';
import { CHALLENGE_KINDS } from './domain.dto.js';
import { LookForChallenge } from './look-for-challenge.js';

/** Domains looked at in one round, those not looked at for longest first; the next round goes on. */
const ROUND_MAX = 500;
const LOOKS_AT_ONCE = 8;

export interface Rechecked {
  domains_checked: number;
  domains_failing: number;
  domains_lost: number;
}

/**
 * Looks again whether verified domains are still their companies': a domain that changed hands must not lead into
 * somebody's books for ever. One look may fail for many reasons, so a domain is lost after `DOMAIN_GRACE_DAYS` of them.
 */
@Injectable()
export class RecheckDomains {
  private readonly logger = new Logger(RecheckDomains.name);

  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly challenges: LookForChallenge,
    private readonly audit: AuditLog,
    private readonly changes: TenantChangeBus,
    private readonly config: ProvisioningConfig,
  ) {}

  get isOn(): boolean {
    return this.config.DOMAIN_RECHECK_HOURS > 0;
  }

  async run(signal?: AbortSignal): Promise<Rechecked> {
    const due = await this.master
      .getRepository(TenantDomain)
      .createQueryBuilder('d')
      .innerJoin('tenant_master', 't', "t.id = d.tenant_id AND t.status NOT IN ('deleting', 'deleted')")
      .where('d.verifiedAt IS NOT NULL')
      .andWhere('COALESCE(d.checkedAt, d.verifiedAt) <= DATE_SUB(UTC_TIMESTAMP(6), INTERVAL :hours HOUR)', {
        hours: this.config.DOMAIN_RECHECK_HOURS,
      })
      .orderBy('d.checkedAt')
      .limit(ROUND_MAX)
      .getMany();
    const total: Rechecked = { domains_checked: 0, domains_failing: 0, domains_lost: 0 };
    const limit = pLimit(LOOKS_AT_ONCE);
    await Promise.all(
      due.map((domain) =>
        limit(async () => {
          if (signal?.aborted) return;
          const outcome = await this.check(domain);
          total.domains_checked += 1;
          if (outcome !== 'found') total.domains_failing += 1;
          if (outcome === 'lost') total.domains_lost += 1;
        }),
      ),
    );
    return total;
  }

  private async check(domain: TenantDomain): Promise<'found' | 'failing' | 'lost'> {
    const { foundBy, lacks } = await this.challenges.look(domain, CHALLENGE_KINDS);
    if (foundBy) {
      await this.note(domain, null);
      return 'found';
    }
    const since = domain.failingSince ?? new Date();
    this.logger.warn({ msg: 'domain not verified any more', domain: domain.domain, tenant_id: domain.tenantId, lacks });
    await this.note(domain, since);
    const lost = Date.now() - since.getTime() >= this.config.DOMAIN_GRACE_DAYS * 86_400_000;
    return lost && (await this.lose(domain, since)) ? 'lost' : 'failing';
  }

  private async note({ id }: TenantDomain, failingSince: Date | null): Promise<void> {
    await this.master.query(
      'UPDATE tenant_domains SET checked_at = UTC_TIMESTAMP(6), failing_since = ? WHERE id = ? AND verified_at IS NOT NULL',
      [failingSince, id],
    );
  }

  /** Its host leads nowhere any more, on all processes at once; the company can have it verified again. */
  private async lose({ id, tenantId, domain, verifiedBy }: TenantDomain, since: Date): Promise<boolean> {
    const lost = await retryDeadlocks(() =>
      this.master.transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        const { affected } = await tx.update(
          TenantDomain,
          { id, failingSince: since },
          { verifiedAt: null, verifiedBy: null },
        );
        if (!affected) return false; // removed, or verified anew, meanwhile
        await this.audit.record(tx, systemActor('schedule:domains'), {
          action: 'domain.unverified',
          tenantId,
          objectType: 'domain',
          objectId: id,
          before: { domain, verified_by: verifiedBy },
          after: { domain, failing_since: since.toISOString() },
        });
        return true;
      }),
    );
    if (lost) await this.changes.publish(tenantId);
    return lost;
  }
}
