import { unauthenticated, type CompanyPrincipal } from '@finvera/common';
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
  private readonly known = new Map<string, { at: number; key: Promise<Known | null> }>();
  /** when its use was noted last, by id */
  private readonly noted = new Map<string, number>();

  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** @throws DomainError 401 `api_key_invalid`, `api_key_revoked`, `api_key_expired` */
  async authenticate({ hash, tenantId }: CompanyKey): Promise<CompanyPrincipal> {
    const key = await this.read(hash);
    if (!key) throw unauthenticated('The API key is not valid.', 'api_key_invalid');
    if (key.revokedAt) throw unauthenticated('The API key was revoked.', 'api_key_revoked');
    if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
      throw unauthenticated('The API key has expired; make a new one.', 'api_key_expired');
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

  private read(hash: string): Promise<Known | null> {
    const now = performance.now();
    const cached = this.known.get(hash);
    if (cached && now - cached.at < BELIEVED_MS) return cached.key;
    const key = this.load(hash);
    remember(this.known, hash, { at: now, key });
    key.catch(() => this.known.delete(hash));
    return key;
  }

  private async load(hash: string): Promise<Known | null> {
    const [row] = await this.dataSource.query(
      'SELECT id, name, hint, permissions, expires_at, revoked_at FROM api_keys WHERE key_hash = ?',
      [hash],
    );
    if (!row) return null;
    const permissions = typeof row.permissions === 'string' ? JSON.parse(row.permissions) : row.permissions;
    return {
      id: row.id,
      name: row.name,
      hint: row.hint,
      permissions: new Set<string>(permissions),
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    };
  }

  /** Nobody waits for it. */
  private noteUse(id: string): void {
    const now = performance.now();
    if (now - (this.noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    remember(this.noted, id, now);
    this.dataSource
      .query('UPDATE api_keys SET last_used_at = CURRENT_TIMESTAMP(6) WHERE id = ?', [id])
      .catch((error: unknown) => this.logger.warn({ msg: 'the use of an API key was not noted', err: error }));
  }
}

/** The oldest goes first. */
function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  map.set(name, value);
  if (map.size > KEYS_MAX) map.delete(map.keys().next().value!);
}
