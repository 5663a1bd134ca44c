import { Believed, type CompanyClaims, type CompanyPrincipal, readJson, remember } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';

const BELIEVED_MS = 5_000;
const SESSIONS_MAX = 1_000;
const NOTED_EVERY_MS = 60_000;

interface Known {
  email: string;
  name: string;
  role: string;
  permissions: ReadonlySet<string>;
  voucherTypeIds?: ReadonlySet<string>;
  isActive: boolean;
  passwordChangeRequired: boolean;
  totpEnrolmentRequired: boolean;
}

/**
 * Says who a company token belongs to. Kept with the company's sub-tree; believes what it read of a session and its user
 * for five seconds, so that what ends a session ends it everywhere within that time.
 */
@Injectable()
export class CompanyUsers {
  private readonly logger = new Logger(CompanyUsers.name);
  private readonly known = new Believed((key) => this.load(key), { ms: BELIEVED_MS, max: SESSIONS_MAX });
  /** when the use of a session was noted last, by its id */
  private readonly noted = new Map<string, number>();

  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** The user of a verified token; null when the session has ended or the user is inactive. */
  async authenticate(claims: CompanyClaims): Promise<CompanyPrincipal | null> {
    const user = await this.known.get(keyOf(claims.sub, claims.session_id));
    if (!user?.isActive) return null;
    this.noteUse(claims.session_id);
    return {
      kind: 'company',
      tenantId: claims.tenant_id,
      userId: claims.sub,
      email: user.email,
      name: user.name,
      sessionId: claims.session_id,
      role: user.role,
      permissions: user.permissions,
      ...(user.voucherTypeIds && { voucherTypeIds: user.voucherTypeIds }),
      passwordChangeRequired: user.passwordChangeRequired,
      totpEnrolmentRequired: user.totpEnrolmentRequired,
    };
  }

  /** Call after a change of this user or its sessions is committed: this process sees it at once. */
  forget(userId: string): void {
    this.known.forgetAll(keyOf(userId, ''));
  }

  private async load(key: string): Promise<Known | null> {
    const [userId, sessionId] = key.split(SEPARATOR);
    const [row] = await this.dataSource.query(
      `SELECT u.email, u.name, r.code AS role, r.permissions, r.voucher_type_ids, u.is_active, u.password_change_required,
              c.totp_required = 1 AND t.user_id IS NULL AS totp_enrolment_required
         FROM sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.id = u.role_id
         JOIN company_settings c ON c.id = 1 LEFT JOIN user_totp t ON t.user_id = u.id AND t.confirmed_at IS NOT NULL
        WHERE s.id = ? AND s.user_id = ? AND s.expires_at > CURRENT_TIMESTAMP(6)`,
      [sessionId, userId],
    );
    if (!row) return null;
    const types = readJson<string[] | null>(row.voucher_type_ids);
    return {
      email: row.email,
      name: row.name,
      role: row.role,
      permissions: new Set(readJson<string[]>(row.permissions)),
      ...(types && { voucherTypeIds: new Set(types) }),
      isActive: Boolean(row.is_active),
      passwordChangeRequired: Boolean(row.password_change_required),
      totpEnrolmentRequired: Number(row.totp_enrolment_required) === 1, // text on MySQL
    };
  }

  /** Nobody waits for it. */
  private noteUse(sessionId: string): void {
    const now = performance.now();
    if (now - (this.noted.get(sessionId) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    remember(this.noted, sessionId, now, SESSIONS_MAX);
    this.dataSource
      .query('UPDATE sessions SET last_used_at = CURRENT_TIMESTAMP(6) WHERE id = ?', [sessionId])
      .catch((error: unknown) => this.logger.warn({ msg: 'the use of a session was not noted', err: error }));
  }
}

const SEPARATOR = ':';
const keyOf = (userId: string, sessionId: string) => `${userId}${SEPARATOR}${sessionId}`;
