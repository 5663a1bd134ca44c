import { assertKeyGood, Believed, type CompanyPrincipal, readJson, remember } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import type { CompanyKey } from './company-key.js';

const BELIEVED_MS = 5_000;
const KEYS_MAX = 1_000;
const NOTED_EVERY_MS = 60_000;

interface Known {
  id: string;
  name: string;
  hint: string;
  permissions: ReadonlySet<string>;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Says what a company's key may do. Kept with the company's sub-tree; believes what it read for five seconds. */
@Injectable()
export class ActiveCompanyKeys {
  private readonly logger = new Logger(ActiveCompanyKeys.name);
  private readonly known = new Believed((hash) => this.load(hash), { ms: BELIEVED_MS, max: KEYS_MAX });
  /** when its use was noted last, by id */
  private readonly noted = new Map<string, number>();

  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** @throws DomainError 401 `api_key_invalid`, `api_key_revoked`, `api_key_expired` */
  async authenticate({ hash, tenantId }: CompanyKey): Promise<CompanyPrincipal> {
    const key = await this.known.get(hash);
    assertKeyGood(key);
    this.noteUse(key.id);
    return {
      kind: 'company',
      tenantId,
      userId: `key:${key.id}`,
      email: `${key.name} (${key.hint})`,
      role: 'API key',
      permissions: key.permissions,
      passwordChangeRequired: false,
    };
  }

  private async load(hash: string): Promise<Known | null> {
    const [row] = await this.dataSource.query(
      'SELECT id, name, hint, permissions, expires_at, revoked_at FROM api_keys WHERE key_hash = ?',
      [hash],
    );
    if (!row) return null;
    return {
      id: row.id,
      name: row.name,
      hint: row.hint,
      permissions: new Set(readJson<string[]>(row.permissions)),
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    };
  }

  /** Nobody waits for it. */
  private noteUse(id: string): void {
    const now = performance.now();
    if (now - (this.noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    remember(this.noted, id, now, KEYS_MAX);
    this.dataSource
      .query('UPDATE api_keys SET last_used_at = CURRENT_TIMESTAMP(6) WHERE id = ?', [id])
      .catch((error: unknown) => this.logger.warn({ msg: 'the use of an API key was not noted', err: error }));
  }
}
