import { type Actor, likePattern, notFound, offsetOf, parseSort } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import type { SqlSession } from '../schema/sql-session.js';
import { CompanyUsers } from '../users/company-users.js';
import { endSessions } from './session-store.js';
import type { ListSessionsQuery, SessionDto } from './session.dto.js';

const ID = /^\d{1,20}$/;
const ALIVE = 'user_id = ? AND expires_at > CURRENT_TIMESTAMP(6) AND (device LIKE ? OR address LIKE ?)';

type Row = Record<'id' | 'device' | 'user_agent' | 'address', string> &
  Record<'created_at' | 'last_used_at' | 'expires_at', Date>;

/** The sessions of a user: on which devices somebody is signed in. */
@Injectable()
export class ManageSessions {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
    private readonly companyUsers: CompanyUsers,
  ) {}

  /** @param current the session that asks */
  async list(
    userId: string,
    query: ListSessionsQuery,
    current?: string,
  ): Promise<{ sessions: SessionDto[]; total: number }> {
    const sort = parseSort(query.sort, ['last_used_at', 'created_at', 'device'], {
      field: 'last_used_at',
      direction: 'DESC',
    });
    const like = query.search ? likePattern(query.search) : '%';
    const rows: Row[] = await this.dataSource.query(
      `SELECT id, device, user_agent, address, created_at, last_used_at, expires_at FROM sessions
        WHERE ${ALIVE} ORDER BY ${sort.field} ${sort.direction}, id DESC LIMIT ? OFFSET ?`,
      [userId, like, like, query.limit, offsetOf(query)],
    );
    const [{ total }] = await this.dataSource.query(`SELECT COUNT(*) AS total FROM sessions WHERE ${ALIVE}`, [
      userId, like, like,
    ]); // biome-ignore format: one list
    return { sessions: rows.map((row) => toDto(row, current)), total: Number(total) };
  }

  /** The same, for who looks after users. @throws DomainError 404 `user_not_found` */
  async listOf(userId: string, query: ListSessionsQuery, current?: string) {
    await emailOf(this.dataSource, userId);
    return this.list(userId, query, current);
  }

  /** On every process within five seconds. @throws DomainError 404 `user_not_found`, `session_not_found` */
  async end(userId: string, id: string, actor: Actor): Promise<void> {
    await this.transaction.run(async (tx) => {
      const email = await emailOf(tx, userId);
      const { affectedRows } = ID.test(id)
        ? await tx.query('DELETE FROM sessions WHERE id = ? AND user_id = ?', [id, userId])
        : { affectedRows: 0 };
      if (affectedRows === 0) throw notFound('session', id, 'session_not_found');
      await this.record(tx, actor, { userId, email, ended: { session_id: id } });
    });
    this.companyUsers.forget(userId);
  }

  /**
   * Ends all of them on every process within five seconds.
   * @param keep the one that goes on
   * @returns how many ended
   * @throws DomainError 404 `user_not_found`
   */
  async endAll(userId: string, actor: Actor, keep?: string): Promise<number> {
    const ended = await this.transaction.run(async (tx) => {
      const email = await emailOf(tx, userId);
      const sessions = await endSessions(tx, userId, keep);
      if (sessions > 0) await this.record(tx, actor, { userId, email, ended: { sessions } });
      return sessions;
    });
    this.companyUsers.forget(userId);
    return ended;
  }

  /** Ends the session that asks. */
  async signOut(userId: string, id: string | undefined): Promise<void> {
    if (id === undefined) return;
    await this.dataSource.query('DELETE FROM sessions WHERE id = ? AND user_id = ?', [id, userId]);
    this.companyUsers.forget(userId);
  }

  private record(
    tx: SqlSession,
    actor: Actor,
    { userId, email, ended }: { userId: string; email: string; ended: object },
  ) {
    return this.editLog.record(tx, actor, {
      action: 'sessions_ended',
      objectType: 'user',
      objectId: userId,
      objectName: email,
      after: ended,
    });
  }
}

async function emailOf(session: SqlSession, userId: string): Promise<string> {
  const [user]: { email: string }[] = ID.test(userId)
    ? await session.query('SELECT email FROM users WHERE id = ?', [userId])
    : [];
  if (!user) throw notFound('user', userId, 'user_not_found');
  return user.email;
}

const toDto = ({ created_at, last_used_at, expires_at, ...row }: Row, current: string | undefined): SessionDto => ({
  ...row,
  created_at: created_at.toISOString(),
  last_used_at: last_used_at.toISOString(),
  expires_at: expires_at.toISOString(),
  is_current: row.id === current,
});
