import {
  type Actor,
  type IssuedToken,
  SignInLimiter,
  TokenService,
  unauthenticated,
  verifyPassword,
} from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.js';
import { Admin } from './admin.entity.js';

/** Signs a platform admin in. */
@Injectable()
export class AdminSignIn {
  constructor(
    @InjectRepository(Admin) private readonly admins: Repository<Admin>,
    private readonly tokens: TokenService,
    private readonly limiter: SignInLimiter,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError 401 `invalid_credentials`, the same for every way to be wrong; 429 after too many of them */
  async signIn(email: string, password: string, actor: Actor): Promise<IssuedToken & { admin: Admin }> {
    const account = `platform:${email.toLowerCase()}`;
    const ip = actor.ip ?? '';
    await this.limiter.check(account, ip);
    const admin = await this.admins.findOneBy({ email: email.toLowerCase() });
    const right = await verifyPassword(admin?.passwordHash, password);
    if (!admin?.isActive || !right) {
      await this.limiter.failed(account, ip);
      throw unauthenticated('E-mail or password is not right.', 'invalid_credentials');
    }
    await this.limiter.succeeded(account);
    await this.admins.manager.transaction(async (tx) => {
      await tx.update(Admin, admin.id, { lastSignInAt: new Date() });
      const who: Actor = { ...actor, id: admin.id, name: admin.email, kind: 'platform' };
      await this.audit.record(tx, who, { action: 'admin.signed_in', objectType: 'admin', objectId: admin.id });
    });
    return { ...this.tokens.issuePlatformToken({ sub: admin.id, email: admin.email }), admin };
  }
}
