import { type Actor, hashPassword, newId, ruleBroken, sha256, SignInLimiter, unauthenticated } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { insertUser, ManageUsers } from '../users/manage-users.js';
import type { UserDto } from '../users/user.dto.js';
import { Role } from '../users/user.entity.js';
import type { AcceptInvitationDto } from './invitation.dto.js';
import { oneInvitation } from './invitation-store.js';

/** Makes whoever has the link of an invitation a user, who chooses name and password. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly users: ManageUsers,
    private readonly editLog: EditLog,
    private readonly limiter: SignInLimiter,
  ) {}

  /**
   * @throws DomainError 401 `invitation_invalid` for an unknown, used or revoked link, `invitation_expired`;
   *   409 `email_taken`; 422 `role_not_found`; 429 after too many wrong ones
   */
  async accept({ token, name, password }: AcceptInvitationDto, actor: Actor): Promise<UserDto> {
    const tokenHash = sha256(token);
    const address = actor.ip ?? '';
    await this.limiter.check(tokenHash, address);
    const passwordHash = await hashPassword(password);
    const id = newId();
    const user = await this.transaction.run(async (tx) => {
      const [row]: { id: string; role_id: string }[] = await tx.query(
        'SELECT id, role_id FROM invitations WHERE token_hash = ? AND accepted_at IS NULL AND revoked_at IS NULL FOR UPDATE',
        [tokenHash],
      );
      if (!row) return null;
      const before = await oneInvitation(tx, row.id);
      if (before.status === 'expired')
        throw unauthenticated('The invitation has expired; ask for another one.', 'invitation_expired');
      if (!(await tx.existsBy(Role, { id: row.role_id })))
        throw ruleBroken(
          'role_not_found',
          'The role that you were invited for is no more; ask for another invitation.',
        );
      const { email } = before;
      await insertUser(tx, { id, email, name, passwordHash, roleId: row.role_id, passwordChangeRequired: false });
      await tx.query('UPDATE invitations SET accepted_at = CURRENT_TIMESTAMP(6), open_email = NULL WHERE id = ?', [
        row.id,
      ]);
      const created = await this.users.one(id, tx);
      await this.editLog.recordMany(tx, { ...actor, id, name: email, kind: 'company' }, [
        {
          action: 'accepted',
          objectType: 'invitation',
          objectId: row.id,
          objectName: email,
          before,
          after: await oneInvitation(tx, row.id),
        },
        { action: 'created', objectType: 'user', objectId: id, objectName: email, after: created },
      ]);
      return created;
    });
    if (user) return user;
    await this.limiter.failed(tokenHash, address);
    throw unauthenticated('The invitation is not good: it was used or revoked, or is none.', 'invitation_invalid');
  }
}
