import {
  type Actor,
  type CompanyPrincipal,
  forbidden,
  keyExpiry,
  likePattern,
  newId,
  notFound,
  offsetOf,
  readJson,
  ruleBroken,
  sha256,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { SqlSession } from '../schema/sql-session.js';
import type { CompanyKeyDto, CreateCompanyKeyDto, CreatedCompanyKeyDto, ListCompanyKeysQuery } from './api-key.dto.js';
import { makeCompanyKey } from './company-key.js';

const KEYS_MAX = 100;
const SELECT = `SELECT id, name, hint, permissions, created_by, created_at, expires_at, last_used_at, revoked_at FROM api_keys`;

type Row = Omit<CompanyKeyDto, 'created_at' | 'expires_at' | 'last_used_at' | 'revoked_at' | 'permissions'> & {
  permissions: string | string[];
  created_at: Date;
} & Record<'expires_at' | 'last_used_at' | 'revoked_at', Date | null>;

/** Makes, lists and revokes the keys of programs that work in the company's books. */
@Injectable()
export class ManageCompanyKeys {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
  ) {}

  async list(query: ListCompanyKeysQuery): Promise<{ keys: CompanyKeyDto[]; total: number }> {
    const like = query.search ? likePattern(query.search) : '%';
    const rows: Row[] = await this.dataSource.query(`${SELECT} WHERE name LIKE ? ORDER BY id DESC LIMIT ? OFFSET ?`, [
      like,
      query.limit,
      offsetOf(query),
    ]);
    const [{ total }] = await this.dataSource.query('SELECT COUNT(*) AS total FROM api_keys WHERE name LIKE ?', [like]);
    return { keys: rows.map(toDto), total: Number(total) };
  }

  /**
   * @returns the key itself too, this once
   * @throws DomainError 400 when it would have expired already; 403 for permissions that the maker has not; 422 `too_many_api_keys`
   */
  create(
    body: CreateCompanyKeyDto,
    { maker, actor }: { maker: CompanyPrincipal; actor: Actor },
  ): Promise<CreatedCompanyKeyDto> {
    const missing = body.permissions.filter((permission) => !maker.permissions.has(permission));
    if (missing.length > 0) throw forbidden(`A key may do no more than who makes it: ${missing.join(', ')}.`);
    const expiresAt = keyExpiry(body.expires_at);
    const { key, hint } = makeCompanyKey(this.dataSource.tenantId);
    return this.transaction.run(async (tx) => {
      const [{ count }] = await tx.query('SELECT COUNT(*) AS count FROM api_keys WHERE revoked_at IS NULL');
      if (Number(count) >= KEYS_MAX)
        throw ruleBroken('too_many_api_keys', `There are ${KEYS_MAX} API keys already; revoke those that nobody uses.`);
      const id = newId();
      await tx.query(
        'INSERT INTO api_keys (id, name, hint, key_hash, permissions, expires_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [id, body.name, hint, sha256(key), JSON.stringify(body.permissions), expiresAt, actor.name],
      );
      const created = await one(tx, id);
      await this.editLog.record(tx, actor, {
        action: 'created',
        objectType: 'api_key',
        objectId: id,
        objectName: body.name,
        after: created,
      });
      return { ...created, key };
    });
  }

  /** On every process within five seconds. One that is revoked stays so. @throws DomainError 404 `api_key_not_found` */
  revoke(id: string, actor: Actor): Promise<CompanyKeyDto> {
    return this.transaction.run(async (tx) => {
      const before = await one(tx, id, 'FOR UPDATE');
      if (before.revoked_at !== null) return before;
      await tx.query('UPDATE api_keys SET revoked_at = CURRENT_TIMESTAMP(6) WHERE id = ?', [id]);
      const after = await one(tx, id);
      await this.editLog.record(tx, actor, {
        action: 'revoked',
        objectType: 'api_key',
        objectId: id,
        objectName: before.name,
        before,
        after,
      });
      return after;
    });
  }
}

async function one(session: SqlSession, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<CompanyKeyDto> {
  const [row]: Row[] = /^\d{1,20}$/.test(id) ? await session.query(`${SELECT} WHERE id = ? ${lock}`, [id]) : [];
  if (!row) throw notFound('API key', id, 'api_key_not_found');
  return toDto(row);
}

const toDto = (row: Row): CompanyKeyDto => ({
  ...row,
  permissions: readJson(row.permissions),
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at?.toISOString() ?? null,
  last_used_at: row.last_used_at?.toISOString() ?? null,
  revoked_at: row.revoked_at?.toISOString() ?? null,
});
