import { ActiveCompanyKeys, type CompanyKey, readCompanyKey } from '@finvera/accounting';
import { type CompanyPrincipal, SignInLimiter, unauthenticated } from '@finvera/common';
import { Tenancy, type TenantLease } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';

/** Keys that were good here a moment ago. */
const GOOD_MAX = 10_000;

/** A program with a key of a company, as the door knows it before the company's database was asked. */
export interface CompanyProgram extends CompanyKey {
  audience: 'company key';
  /** for its own limit of requests */
  sub: string;
  email: string;
  tenant_id: string;
}

/**
 * Lets programs into their company. Only the company's database says whether a key is good, so that a wrong one costs a
 * lease like a wrong password; and like wrong passwords they are counted, per key and per address.
 */
@Injectable()
export class CompanyKeys {
  private readonly good = new Set<string>();

  constructor(
    private readonly tenancy: Tenancy,
    private readonly limiter: SignInLimiter,
  ) {}

  /** @throws DomainError 401 for what is no key */
  read(bearer: string): CompanyProgram {
    const key = readCompanyKey(bearer);
    if (!key) throw unauthenticated('The API key is not valid.', 'api_key_invalid');
    return { audience: 'company key', ...key, sub: `key:${key.hash.slice(0, 16)}`, email: '', tenant_id: key.tenantId };
  }

  /** Before its company's database is opened for it. @throws DomainError 429 after too many wrong keys */
  async check({ hash }: CompanyKey, address: string): Promise<void> {
    if (!this.good.has(hash)) await this.limiter.check(hash, address);
  }

  /** @throws DomainError 401 `api_key_invalid`, `api_key_revoked`, `api_key_expired` */
  async authenticate(key: CompanyKey, lease: TenantLease, address: string): Promise<CompanyPrincipal> {
    const keys = await this.tenancy.scopeOf(lease).get(ActiveCompanyKeys);
    try {
      const program = await keys.authenticate(key);
      if (!this.good.has(key.hash)) this.remember(key.hash);
      return program;
    } catch (error) {
      this.good.delete(key.hash);
      await this.limiter.failed(key.hash, address);
      throw error;
    }
  }

  private remember(hash: string): void {
    this.good.add(hash);
    if (this.good.size > GOOD_MAX) this.good.delete(this.good.values().next().value!);
  }
}
