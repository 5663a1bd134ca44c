import { malformed, notFound, ruleBroken } from '@finvera/common';
import { TenantDomain } from '@finvera/master-data';
import { isUnder, readDomain } from '@finvera/tenancy';
import type { EntityManager } from 'typeorm';

/**
 * A domain as a company may have it.
 * @throws DomainError 400 when it is no domain name; 422 `domain_reserved` for names of the platform
 */
export function readCustomDomain(text: string, baseDomain: string): string {
  const domain = readDomain(text);
  if (!domain)
    throw malformed(`domain ${JSON.stringify(text)} is not a domain name such as books.acme.com`, [
      { field: 'domain', message: 'must be a domain name such as books.acme.com, without protocol and port' },
    ]);
  if (isUnder(domain, baseDomain))
    throw ruleBroken(
      'domain_reserved',
      `${domain} is a name of the platform (${baseDomain}); a company has its subdomain already.`,
      [{ field: 'domain', message: `must not be ${baseDomain} or end with it` }],
    );
  return domain;
}

const ID = /^[0-9a-f-]{36}$/;

/** A company's domain, by its id or name. @throws DomainError 404 `domain_not_found` */
export async function domainOf(manager: EntityManager, tenantId: string, name: string): Promise<TenantDomain> {
  const domain = readDomain(name);
  const where = domain ? { tenantId, domain } : ID.test(name) && { tenantId, id: name };
  const found = where ? await manager.findOneBy(TenantDomain, where) : null;
  if (!found) throw notFound('domain of this company', name, 'domain_not_found');
  return found;
}
