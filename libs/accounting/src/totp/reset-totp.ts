import { type Actor, type CompanyPrincipal, CompanySecrets, forbidden, notFound, readJson } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { CompanyUsers } from '../users/company-users.js';
import { assertMayGrant } from '../users/permissions.js';
import { notEnabled } from './end-totp.js';
import { lockedRow } from './enrol-totp.js';
import { secretName } from './second-factor.js';

interface Owner {
  id: string;
  email: string;
  permissions: string | string[];
}

/** Takes the second factor from somebody who lost the device and the recovery codes. */
@Injectable()
export class ResetTotp {
  private readonly logger = new Logger(ResetTotp.name);

  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly secrets: CompanySecrets,
    private readonly companyUsers: CompanyUsers,
    private readonly editLog: EditLog,
  ) {}

  /** @throws DomainError 403 for oneself, and for a user who may do more; 404 `user_not_found`; 409 `totp_not_enabled` */
  async reset(
    userId: string,
    { giver, actor }: { giver: Pick<CompanyPrincipal, 'userId' | 'permissions'>; actor: Actor },
  ): Promise<void> {
    if (userId === giver.userId) throw forbidden('Disable your own with POST /api/auth/totp/disable.');
    const enrolmentId = await this.transaction.run(async (tx) => {
      const [user]: Owner[] = /^\d{1,20}$/.test(userId)
        ? await tx.query(
            'SELECT u.id, u.email, r.permissions FROM users u JOIN roles r ON r.id = u.role_id WHERE u.id = ?',
            [userId],
          )
        : [];
      if (!user) throw notFound('user', userId, 'user_not_found');
      assertMayGrant(giver, readJson<string[]>(user.permissions));
      const [row] = await lockedRow(tx, userId);
      if (!row?.confirmed_at) throw notEnabled();
      await tx.query('DELETE FROM user_totp WHERE user_id = ?', [userId]);
      await this.editLog.record(tx, actor, {
        action: 'totp_reset',
        objectType: 'user',
        objectId: userId,
        objectName: user.email,
      });
      return row.enrolment_id;
    });
    this.companyUsers.forget(userId);
    await this.secrets
      .remove(this.dataSource.tenantId, secretName(enrolmentId))
      .catch((error: unknown) => this.logger.warn({ msg: 'a secret that nobody uses stays', err: error }));
  }
}
