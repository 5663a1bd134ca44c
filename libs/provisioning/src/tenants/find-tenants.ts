import { notFound } from '@finvera/common';
import { Tenant } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, type Repository } from 'typeorm';

/** Reads a tenant for the platform. */
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
}
