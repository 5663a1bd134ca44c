import { type Actor, hashPassword, sha256, SignInLimiter, unauthenticated } from '@finvera/common';
import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { endSessions } from '../sessions/session-store.js';
import { CompanyUsers } from '../users/company-users.js';
import { accountOf } from '../users/account-of.js';
import { User } from '../users/user.entity.js';
import type { ResetPasswordDto } from './password-reset.dto.js';
import { forgetReset } from './reset-store.js';

interface Reset {
  user_id: string;
  email: string;
}

/** Sets a new password by the token of a mailed link. */
@Injectable()
export class ResetPassword {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly transaction: CompanyTransaction,
    private readonly editLog: EditLog,
    private readonly companyUsers: CompanyUsers,
    private readonly limiter: SignInLimiter,
  ) {}

  /**
   * Ends every session of the user. A second factor stays asked for.
   * @throws DomainError 401 `reset_token_invalid`, the same for every way to be wrong; 429 after too many wrong ones
   */
  async reset({ token, new_password }: ResetPasswordDto, actor: Actor): Promise<void> {
    const tokenHash = sha256(token);
    const address = actor.ip ?? '';
    await this.limiter.check(tokenHash, address);
    const passwordHash = await hashPassword(new_password);
    const done = await this.transaction.run(async (tx) => {
      // the user is locked first, as everybody does who changes a password
      const [pending]: Reset[] = await tx.query('SELECT user_id FROM password_resets WHERE token_hash = ?', [
        tokenHash,
      ]);
      if (!pending) return null;
      await tx.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [pending.user_id]);
      const [reset]: Reset[] = await tx.query(
        `SELECT p.user_id, u.email FROM password_resets p JOIN users u ON u.id = p.user_id
          WHERE p.token_hash = ? AND p.expires_at > CURRENT_TIMESTAMP(6) AND u.is_active = 1 FOR UPDATE`,
        [tokenHash],
      );
      if (!reset) return null;
      const { user_id: id, email } = reset;
      await tx.update(User, id, { passwordHash, passwordChangeRequired: false });
      await forgetReset(tx, id);
      await endSessions(tx, id);
      await this.editLog.record(
        tx,
        { ...actor, id, name: email, kind: 'company' },
        { action: 'password_reset', objectType: 'user', objectId: id, objectName: email },
      );
      return reset;
    });
    if (!done) {
      await this.limiter.failed(tokenHash, address);
      throw unauthenticated('The link is not good: it was used, has expired, or is none.', 'reset_token_invalid');
    }
    this.companyUsers.forget(done.user_id);
    await this.limiter.succeeded(accountOf(this.dataSource.tenantId, done.email));
  }
}
