import { Believed, type PlatformClaims, type PlatformPrincipal } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Admin } from './admin.entity.js';

const BELIEVED_MS = 5_000;
const ADMINS_MAX = 1_000;

/** Says whether the admin of a verified token still is one; believes what it read for five seconds. */
@Injectable()
export class ActiveAdmins {
  private readonly known: Believed<boolean>;

  constructor(@InjectRepository(Admin) admins: Repository<Admin>) {
    this.known = new Believed((id) => admins.existsBy({ id, isActive: true }), { ms: BELIEVED_MS, max: ADMINS_MAX });
  }

  async authenticate({ sub, email }: PlatformClaims): Promise<PlatformPrincipal | null> {
    return (await this.known.get(sub)) ? { kind: 'platform', adminId: sub, email } : null;
  }
}
