import type { PlatformClaims, PlatformPrincipal } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Admin } from './admin.entity.js';

const BELIEVED_MS = 5_000;
const ADMINS_MAX = 1_000;

/** Says whether the admin of a verified token still is one; believes what it read for five seconds. */
@Injectable()
export class ActiveAdmins {
  private readonly known = new Map<string, { at: number; active: Promise<boolean> }>();

  constructor(@InjectRepository(Admin) private readonly admins: Repository<Admin>) {}

  async authenticate({ sub, email }: PlatformClaims): Promise<PlatformPrincipal | null> {
    return (await this.isActive(sub)) ? { kind: 'platform', adminId: sub, email } : null;
  }

  private isActive(id: string): Promise<boolean> {
    const now = performance.now();
    const cached = this.known.get(id);
    if (cached && now - cached.at < BELIEVED_MS) return cached.active;
    const active = this.admins.existsBy({ id, isActive: true });
    this.known.delete(id);
    this.known.set(id, { at: now, active });
    active.catch(() => this.known.delete(id));
    if (this.known.size > ADMINS_MAX) this.known.delete(this.known.keys().next().value!);
    return active;
  }
}
