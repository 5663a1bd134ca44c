import { likePattern, notFound, offsetOf, parseSort } from '@finvera/common';
import { Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, type Repository } from 'typeorm';
import type { ListTenantsQuery } from './tenant.dto.js';

const SORTABLE = {
  company_name: 'companyName',
  subdomain: 'subdomain',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  status: 'status',
  subscription_plan: 'subscriptionPlan',
  storage_used_mb: 'storageUsedMb',
} as const;

/** Reads tenants for the platform. */
@Injectable()
export class FindTenants {
  constructor(@InjectRepository(Tenant) private readonly tenants: Repository<Tenant>) {}

  /** @throws DomainError 404 `tenant_not_found` */
  async one(id: string): Promise<Tenant> {
    const tenant = await this.tenants.findOneBy({ id });
    if (!tenant) throw notFound('company', id, 'tenant_not_found');
    return tenant;
  }

  /** By id or, as people type it, by subdomain of a company that is not deleted. @throws DomainError 404 `tenant_not_found` */
  async named(name: string): Promise<Tenant> {
    const isPlain = /^[!-~]+$/.test(name); // ids and subdomains are ASCII, and so are their columns
    const tenant =
      isPlain &&
      (await this.tenants.findOne({
        where: [{ id: name }, { subdomain: name.toLowerCase(), status: Not('deleted') }],
      }));
    if (!tenant) throw notFound('company', name, 'tenant_not_found');
    return tenant;
  }

  /** A page; deleted companies only when asked for by status. */
  async list(query: ListTenantsQuery): Promise<{ tenants: Tenant[]; total: number }> {
    const fields = Object.keys(SORTABLE) as (keyof typeof SORTABLE)[];
    const sort = parseSort(query.sort, fields, { field: 'created_at', direction: 'DESC' });
    const find = this.tenants.createQueryBuilder('t');
    if (query.status) find.andWhere('t.status = :status', { status: query.status });
    else find.andWhere("t.status <> 'deleted'");
    if (query.plan) find.andWhere('t.subscriptionPlan = :plan', { plan: query.plan });
    if (query.search)
      find.andWhere('(t.companyName LIKE :like OR t.subdomain LIKE :like OR t.email LIKE :like)', {
        like: likePattern(query.search),
      });
    find.orderBy(`t.${SORTABLE[sort.field]}`, sort.direction).addOrderBy('t.id', sort.direction);
    const [tenants, total] = await find.skip(offsetOf(query)).take(query.limit).getManyAndCount();
    return { tenants, total };
  }
}
