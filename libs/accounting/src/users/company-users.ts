import { Believed, type CompanyClaims, type CompanyPrincipal, readJson } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';

const BELIEVED_MS = 5_000;
const USERS_MAX = 1_000;

interface Known {
  email: string;
  name: string;
  role: string;
  permissions: ReadonlySet<string>;
  voucherTypeIds?: ReadonlySet<string>;
  isActive: boolean;
  passwordChangeRequired: boolean;
  tokenVersion: number;
}

/** Says who a company token belongs to. Kept with the company's sub-tree; believes what it read for five seconds. */
@Injectable()
export class CompanyUsers {
  private readonly known = new Believed((userId) => this.load(userId), { ms: BELIEVED_MS, max: USERS_MAX });

  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  /** The user of a verified token; null when there is none, it is inactive, or it signed out since. */
  async authenticate(claims: CompanyClaims): Promise<CompanyPrincipal | null> {
    let user = await this.known.get(claims.sub);
    // a token newer than what is believed: another process has changed the user meanwhile
    if (user && user.tokenVersion < claims.token_version) {
      this.forget(claims.sub);
      user = await this.known.get(claims.sub);
    }
    if (!user?.isActive || user.tokenVersion !== claims.token_version) return null;
    return {
      kind: 'company',
      tenantId: claims.tenant_id,
      userId: claims.sub,
      email: user.email,
      role: user.role,
      permissions: user.permissions,
      ...(user.voucherTypeIds && { voucherTypeIds: user.voucherTypeIds }),
      passwordChangeRequired: user.passwordChangeRequired,
    };
  }

  /** The user's name as it is known here. */
  async nameOf(userId: string): Promise<string> {
    return (await this.known.get(userId))?.name ?? '';
  }

  /** Call after a change of this user is committed: this process sees it at once. */
  forget(userId: string): void {
    this.known.forget(userId);
  }

  private async load(userId: string): Promise<Known | null> {
    const [row] = await this.dataSource.query(
      `SELECT u.email, u.name, r.code AS role, r.permissions, r.voucher_type_ids, u.is_active, u.password_change_required, u.token_version
         FROM users u JOIN roles r ON r.id = u.role_id WHERE u.id = ?`,
      [userId],
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
      tokenVersion: Number(row.token_version),
    };
  }
}
