import {
  type Actor,
  type CompanyClaims,
  hashPassword,
  type IssuedToken,
  malformed,
  SignInLimiter,
  TokenService,
  unauthenticated,
  verifyPassword,
} from '@finvera/common';
import { InjectTenantDataSource, InjectTenantRepository, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { CompanyTransaction } from '../company/company-transaction.js';
import { EditLog } from '../edit-log/edit-log.js';
import { forgetReset } from '../password-reset/reset-store.js';
import { beginSession, endSessions } from '../sessions/session-store.js';
import { type SecondFactorCode, SecondFactor } from '../totp/second-factor.js';
import { accountOf } from './account-of.js';
import { CompanyUsers } from './company-users.js';
import { ProvePassword, wrongPassword } from './prove-password.js';
import { User } from './user.entity.js';

/** The device that signs in. */
export interface Device {
  /** the `User-Agent` header */
  userAgent: string | undefined;
}

export type SigningIn = { actor: Actor } & Device & SecondFactorCode;

export interface SignedIn extends IssuedToken {
  claims: CompanyClaims;
}

/** Signing in, and changing the password. */
@Injectable()
export class SignIn {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantRepository(User) private readonly users: Repository<User>,
    private readonly transaction: CompanyTransaction,
    private readonly companyUsers: CompanyUsers,
    private readonly editLog: EditLog,
    private readonly tokens: TokenService,
    private readonly limiter: SignInLimiter,
    private readonly passwords: ProvePassword,
    private readonly factor: SecondFactor,
  ) {}

  /**
   * @throws DomainError 401 `invalid_credentials`, the same for every way to be wrong; with the right password of somebody
   *   who has a second factor 401 `totp_required`, `totp_invalid`, 409 `totp_secret_missing`; 429 after too many wrong ones
   */
  async signIn(email: string, password: string, { actor, userAgent, ...code }: SigningIn): Promise<SignedIn> {
    const account = accountOf(this.dataSource.tenantId, email);
    const address = actor.ip ?? '';
    await this.limiter.check(account, address);
    const found = await this.users.findOneBy({ email: email.toLowerCase() });
    // the collation also finds the address with other accents, whose failures are counted apart
    const user = found?.email.toLowerCase() === email.toLowerCase() ? found : undefined;
    const right = await verifyPassword(user?.passwordHash, password);
    if (!user?.isActive || !right) {
      await this.limiter.failed(account, address);
      throw unauthenticated('E-mail or password is not right.', 'invalid_credentials');
    }
    const proof = await this.factor.prove(user, code, actor);
    const sessionId = await this.transaction.run(async (tx) => {
      const id = await beginSession(tx, this.newSession(user, { actor, userAgent }));
      if (proof) await this.factor.spend(tx, user, proof, actor);
      return id;
    });
    await this.limiter.succeeded(account);
    return this.issue(user, sessionId);
  }

  /**
   * Ends every session of the user and begins a new one.
   * @throws DomainError 401 `invalid_credentials`; 429 after too many of them; 400 when it would stay the same password
   */
  async changePassword(
    userId: string,
    { current, next }: { current: string; next: string },
    { actor, userAgent }: { actor: Actor } & Device,
  ): Promise<SignedIn> {
    const before = await this.passwords.prove(userId, current, actor);
    if (current === next)
      throw malformed('new_password must differ from the current one', [
        { field: 'new_password', message: 'is the current one' },
      ]);
    const passwordHash = await hashPassword(next);
    const sessionId = await this.transaction.run(async (tx) => {
      const locked = await tx.findOneOrFail(User, { where: { id: userId }, lock: { mode: 'pessimistic_write' } });
      if (locked.passwordHash !== before.passwordHash) throw wrongPassword();
      await tx.update(User, userId, { passwordHash, passwordChangeRequired: false });
      await endSessions(tx, userId);
      await forgetReset(tx, userId);
      await this.editLog.record(tx, actor, {
        action: 'password_changed',
        objectType: 'user',
        objectId: userId,
        objectName: locked.email,
      });
      return beginSession(tx, this.newSession({ ...locked, passwordHash }, { actor, userAgent }));
    });
    this.companyUsers.forget(userId);
    return this.issue(before, sessionId);
  }

  private newSession(
    { id, passwordHash }: Pick<User, 'id' | 'passwordHash'>,
    { actor, userAgent }: { actor: Actor } & Device,
  ) {
    const { lifetimeSeconds } = this.tokens;
    return { userId: id, passwordHash, userAgent, address: actor.ip ?? '', lifetimeSeconds };
  }

  private issue({ id, email }: Pick<User, 'id' | 'email'>, sessionId: string): SignedIn {
    const claims = { sub: id, email, tenant_id: this.dataSource.tenantId, session_id: sessionId };
    return { ...this.tokens.issueCompanyToken(claims), claims };
  }
}
