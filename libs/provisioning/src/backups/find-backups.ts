import { notFound, offsetOf, type PageQuery } from '@finvera/common';
import { Backup } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';

/** Reads what is kept of a company. */
@Injectable()
export class FindBackups {
  constructor(@InjectRepository(Backup) private readonly backups: Repository<Backup>) {}

  /** @throws DomainError 404 `backup_not_found` */
  async one(id: string): Promise<Backup> {
    const backup = await this.backups.findOneBy({ id });
    if (!backup) throw notFound('backup', id, 'backup_not_found');
    return backup;
  }

  /** Newest first, removed ones as well: their rows say when that was. */
  async ofTenant(tenantId: string, query: PageQuery): Promise<{ backups: Backup[]; total: number }> {
    const [backups, total] = await this.backups.findAndCount({
      where: { tenantId },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: offsetOf(query),
      take: query.limit,
    });
    return { backups, total };
  }
}
