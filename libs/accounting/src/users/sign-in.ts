import {
  type Actor,
  forbidden,
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
import { CompanyUsers } from './company-users.js';
import { User } from './user.entity.js';

/** Sessions of company users: signing in and out, changing the password. */
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
  ) {}

  /** @throws DomainError 401 `invalid_credentials`, the same for every way to be wrong; 429 after too many of them */
  async signIn(email: string, password: string, actor: Actor): Promise<{ token: IssuedToken; userId: string }> {
    const account = this.account(email);
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
    await this.limiter.succeeded(account);
    await this.users.update(user.id, { lastSignInAt: new Date() });
    return { token: this.issue(user), userId: user.id };
  }

  /**
   * Ends every token of the user and answers a new one.
   * @throws DomainError 401 `invalid_credentials`; 429 after too many of them; 400 when it would stay the same password
   */
  async changePassword(userId: string, current: string, next: string, actor: Actor): Promise<IssuedToken> {
    const before = await this.users.findOneBy({ id: userId });
    if (!before) throw forbidden('Only a user of this company has a password here.');
    const account = this.account(before.email);
    const address = actor.ip ?? '';
    await this.limiter.check(account, address);
    if (!(await verifyPassword(before.passwordHash, current))) {
      await this.limiter.failed(account, address);
      throw wrongPassword();
    }
    if (current === next)
      throw malformed('new_password must differ from the current one', [
        { field: 'new_password', message: 'is the current one' },
      ]);
    const passwordHash = await hashPassword(next);
    const user = await this.transaction.run(async (tx) => {
      const locked = await tx.findOneOrFail(User, { where: { id: userId }, lock: { mode: 'pessimistic_write' } });
      if (locked.passwordHash !== before.passwordHash) throw wrongPassword();
      const change = { passwordHash, passwordChangeRequired: false, tokenVersion: locked.tokenVersion + 1 };
      await tx.update(User, userId, change);
      await this.editLog.record(tx, actor, {
        action: 'password_changed',
        objectType: 'user',
        objectId: userId,
        objectName: locked.email,
      });
      return { ...locked, ...change };
    });
    this.companyUsers.forget(userId);
    return this.issue(user);
  }

  /** Ends every token of the user. */
  async signOut(userId: string): Promise<void> {
    await this.users.increment({ id: userId }, 'tokenVersion', 1);
    this.companyUsers.forget(userId);
  }

  private account(email: string): string {
    return `${this.dataSource.tenantId}:${email.toLowerCase()}`;
  }

  private issue(user: Pick<User, 'id' | 'email' | 'tokenVersion'>): IssuedToken {
    return this.tokens.issueCompanyToken({
      sub: user.id,
      email: user.email,
      tenant_id: this.dataSource.tenantId,
      token_version: user.tokenVersion,
    });
  }
}

const wrongPassword = () => unauthenticated('current_password is not right.', 'invalid_credentials');
