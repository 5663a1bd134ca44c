import { offsetOf } from '@finvera/common';
import { StorageDay } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { FindTenants } from '../tenants/find-tenants.js';
import type { StorageHistoryQuery } from './storage.dto.js';

/** Reads what a company's database took on disk, day by day, newest first. */
@Injectable()
export class ReadStorageHistory {
  constructor(
    @InjectRepository(StorageDay) private readonly days: Repository<StorageDay>,
    private readonly tenants: FindTenants,
  ) {}

  /** @throws DomainError 404 `tenant_not_found` */
  async list(tenantId: string, query: StorageHistoryQuery): Promise<{ days: StorageDay[]; total: number }> {
    const { id } = await this.tenants.one(tenantId);
    const find = this.days.createQueryBuilder('d').where('d.tenantId = :id', { id });
    if (query.from) find.andWhere('d.measuredOn >= :from', { from: query.from });
    if (query.to) find.andWhere('d.measuredOn <= :to', { to: query.to });
    const [days, total] = await find
      .orderBy('d.measuredOn', 'DESC')
      .skip(offsetOf(query))
      .take(query.limit)
      .getManyAndCount();
    return { days, total };
  }
}
