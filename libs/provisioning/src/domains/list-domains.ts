import { likePattern, offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { TenantDomain } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { FindTenants } from '../tenants/find-tenants.js';

const SORTABLE = { domain: 'domain', created_at: 'createdAt', verified_at: 'verifiedAt' } as const;

/** Reads a company's domains. */
@Injectable()
export class ListDomains {
  constructor(
    @InjectRepository(TenantDomain) private readonly domains: Repository<TenantDomain>,
    private readonly tenants: FindTenants,
  ) {}

  /** @throws DomainError 404 `tenant_not_found` */
  async list(tenantId: string, query: PageQuery): Promise<{ domains: TenantDomain[]; total: number }> {
    await this.tenants.one(tenantId);
    const fields = Object.keys(SORTABLE) as (keyof typeof SORTABLE)[];
    const sort = parseSort(query.sort, fields, { field: 'domain', direction: 'ASC' });
    const find = this.domains.createQueryBuilder('d').where('d.tenantId = :tenantId', { tenantId });
    if (query.search) find.andWhere('d.domain LIKE :like', { like: likePattern(query.search.toLowerCase()) });
    find.orderBy(`d.${SORTABLE[sort.field]}`, sort.direction).addOrderBy('d.id', sort.direction);
    const [domains, total] = await find.skip(offsetOf(query)).take(query.limit).getManyAndCount();
    return { domains, total };
  }
}
