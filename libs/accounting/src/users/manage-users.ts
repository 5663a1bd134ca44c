import {
  type Actor,
  assertIfMatch,
  type CompanyPrincipal,
  conflict,
  generatePassword,
  hashPassword,
  type IdempotencyRequest,
  isDuplicate,
  likePattern,
  malformed,
  newId,
  notFound,
  offsetOf,
  parseSort,
  ruleBroken,
} from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { EntityManager } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { endSessions } from '../sessions/session-store.js';
import { CompanyUsers } from './company-users.js';
import { ADMINISTRATOR_ROLE, assertMayGrant } from './permissions.js';
import type { CreateUserDto, ListUsersQuery, NewUserDto, UpdateUserDto, UserDto } from './user.dto.js';
import { Role, User } from './user.entity.js';

const SELECT = `SELECT u.id, u.email, u.name, r.code AS role, u.is_active, u.password_change_required,
  EXISTS (SELECT 1 FROM user_totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS totp_enabled, u.version, u.created_at
  FROM users u JOIN roles r ON r.id = u.role_id`;

const ID = /^\d{1,20}$/;

const toDto = (row: Record<string, unknown>): UserDto => ({
  ...(row as unknown as UserDto),
  is_active: Boolean(row.is_active),
  password_change_required: Boolean(row.password_change_required),
  totp_enabled: Number(row.totp_enabled) === 1, // text on MySQL
  created_at: (row.created_at as Date).toISOString(),
});

/** The company's users. */
@Injectable()
export class ManageUsers {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
    private readonly companyUsers: CompanyUsers,
  ) {}

  async list(query: ListUsersQuery): Promise<{ users: UserDto[]; total: number }> {
    const sort = parseSort(query.sort, ['name', 'email', 'created_at'], { field: 'name', direction: 'ASC' });
    const like = query.search ? likePattern(query.search) : '%';
    const rows = await this.dataSource.query(
      `${SELECT} WHERE u.name LIKE ? OR u.email LIKE ? ORDER BY u.${sort.field} ${sort.direction}, u.id LIMIT ? OFFSET ?`,
      [like, like, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(
      'SELECT COUNT(*) AS total FROM users WHERE name LIKE ? OR email LIKE ?',
      [like, like],
    );
    return { users: rows.map(toDto), total: Number(total) };
  }

  async one(id: string, tx?: EntityManager): Promise<UserDto> {
    const [row] = ID.test(id) ? await (tx ?? this.dataSource).query(`${SELECT} WHERE u.id = ?`, [id]) : [];
    if (!row) throw notFound('user', id, 'user_not_found');
    return toDto(row);
  }

  /** @throws DomainError 404 `user_not_found` */
  async byEmail(email: string): Promise<UserDto> {
    const [row] = await this.dataSource.query(`${SELECT} WHERE u.email = ?`, [email.toLowerCase()]);
    if (!row) throw notFound('user', email, 'user_not_found');
    return toDto(row);
  }

  /** @throws DomainError 409 `email_taken` */
  async create(
    body: CreateUserDto,
    { giver, actor }: { giver: CompanyPrincipal; actor: Actor },
    idempotency?: IdempotencyRequest,
  ): Promise<NewUserDto> {
    const temporary = body.password === undefined ? generatePassword() : undefined;
    const passwordHash = await hashPassword(body.password ?? temporary!);
    const email = body.email.toLowerCase();
    // a repeated request gets the first answer, but for the password, which is kept nowhere
    let ownId: string | undefined;
    const created = await this.transaction.run(
      async (tx) => {
        if (await tx.existsBy(User, { email })) throw emailTaken(email);
        const id = newId();
        ownId = id;
        await insertUser(tx, {
          id,
          email,
          name: body.name,
          passwordHash,
          roleId: (await roleOf(tx, body.role, giver)).id,
          passwordChangeRequired: temporary !== undefined,
        });
        const user = await this.one(id, tx);
        await this.editLog.record(tx, actor, {
          action: 'created',
          objectType: 'user',
          objectId: id,
          objectName: email,
          after: user,
        });
        return user;
      },
      { idempotency: idempotency && (await withoutPassword(idempotency)) },
    );
    return { ...created, ...(temporary !== undefined && created.id === ownId && { temporary_password: temporary }) };
  }

  /** @throws DomainError 422 `last_administrator` */
  async update(
    id: string,
    body: UpdateUserDto,
    { giver, actor }: { giver: CompanyPrincipal; actor: Actor },
    ifMatch: string | undefined,
  ): Promise<UserDto> {
    const changed = await this.transaction.run(async (tx) => {
      // all administrators are locked, so that two of them cannot take each other away at once
      const administrators: { id: string }[] = await tx.query(
        'SELECT u.id FROM users u JOIN roles r ON r.id = u.role_id WHERE r.code = ? AND u.is_active = 1 ORDER BY u.id FOR UPDATE',
        [ADMINISTRATOR_ROLE],
      );
      const before = await this.one(id, tx);
      assertIfMatch(ifMatch, before.version);
      const leaves = body.is_active === false || (body.role !== undefined && body.role !== ADMINISTRATOR_ROLE);
      if (leaves && administrators.length === 1 && administrators[0]!.id === id)
        throw ruleBroken('last_administrator', 'This is the last active administrator; make another one first.');
      await tx.update(User, id, {
        ...(body.name !== undefined && { name: body.name }),
        ...(body.role !== undefined && { roleId: (await roleOf(tx, body.role, giver)).id }),
        ...(body.is_active !== undefined && { isActive: body.is_active }),
        version: before.version + 1,
      });
      if (body.is_active === false) await endSessions(tx, id);
      const after = await this.one(id, tx);
      await this.editLog.record(tx, actor, {
        action: 'updated',
        objectType: 'user',
        objectId: id,
        objectName: after.email,
        before,
        after,
      });
      return after;
    });
    this.companyUsers.forget(id);
    return changed;
  }
}

/** @throws DomainError 400 for a role that is not there; 403 for one that may do more than who gives it */
export async function roleOf(tx: EntityManager, code: string, giver: CompanyPrincipal): Promise<Role> {
  const role = await tx.findOneBy(Role, { code });
  if (!role)
    throw malformed(`There is no role ${JSON.stringify(code)}; see GET /api/roles.`, [
      { field: 'role', message: 'is not a role of this company' },
    ]);
  assertMayGrant(giver, role.permissions);
  return role;
}

export const emailTaken = (email: string) =>
  conflict('email_taken', `There is a user with the e-mail ${email} already.`, {
    details: [{ field: 'email', message: 'is taken' }],
  });

export async function insertUser(tx: EntityManager, user: Partial<User>): Promise<void> {
  try {
    await tx.insert(User, user);
  } catch (error) {
    throw isDuplicate(error) ? emailTaken(user.email!) : error;
  }
}

const stretch = promisify<string, string, number, Buffer>(scrypt);

/** The request as its key remembers it. A plain hash over a password would give the password away to a guesser. */
async function withoutPassword(request: IdempotencyRequest): Promise<IdempotencyRequest> {
  const { password, ...rest } = request.body as CreateUserDto;
  if (typeof password !== 'string') return request;
  const stretched = (await stretch(password, request.key, 32)).toString('base64url');
  return { ...request, body: { ...rest, password: stretched } };
}
