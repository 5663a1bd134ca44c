import { type Actor, forbidden, SignInLimiter, unauthenticated, verifyPassword } from '@finvera/common';
import { InjectTenantDataSource, InjectTenantRepository, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { accountOf } from './account-of.js';
import { User } from './user.entity.js';

/** Asks a signed-in user for the password once more, before something that a borrowed session must not do. */
@Injectable()
export class ProvePassword {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    @InjectTenantRepository(User) private readonly users: Repository<User>,
    private readonly limiter: SignInLimiter,
  ) {}

  /** @throws DomainError 401 `invalid_credentials`; 403 for who is no user of this company; 429 after too many wrong ones */
  async prove(userId: string, password: string, actor: Actor): Promise<User> {
    const user = /^\d{1,20}$/.test(userId) ? await this.users.findOneBy({ id: userId }) : null;
    if (!user) throw forbidden('Only a user of this company has a password here.');
    const account = accountOf(this.dataSource.tenantId, user.email);
    const address = actor.ip ?? '';
    await this.limiter.check(account, address);
    if (await verifyPassword(user.passwordHash, password)) return user;
    await this.limiter.failed(account, address);
    throw wrongPassword();
  }
}

export const wrongPassword = () => unauthenticated('current_password is not right.', 'invalid_credentials');
