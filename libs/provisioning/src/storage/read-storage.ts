import { offsetOf } from '@finvera/common';
import { StorageDay } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { FindTenants } from '../tenants/find-tenants.js';
import {
  type StorageDayDto,
  type StorageDto,
  type StorageHistoryQuery,
  toStorageDayDto,
  toStorageDto,
} from './storage.dto.js';

/** Reads what a company's database takes on disk. */
@Injectable()
export class ReadStorage {
  constructor(
    @InjectRepository(StorageDay) private readonly days: Repository<StorageDay>,
    private readonly tenants: FindTenants,
  ) {}

  /** As it was last measured. @throws DomainError 404 `tenant_not_found` */
  async current(tenantId: string): Promise<StorageDto> {
    return toStorageDto(await this.tenants.one(tenantId));
  }

  /** Day by day, newest first. @throws DomainError 404 `tenant_not_found` */
  async history(tenantId: string, query: StorageHistoryQuery): Promise<{ days: StorageDayDto[]; total: number }> {
    const { id } = await this.tenants.one(tenantId);
    const find = this.days.createQueryBuilder('d').where('d.tenantId = :id', { id });
    if (query.from) find.andWhere('d.measuredOn >= :from', { from: query.from });
    if (query.to) find.andWhere('d.measuredOn <= :to', { to: query.to });
    const [days, total] = await find
      .orderBy('d.measuredOn', 'DESC')
      .skip(offsetOf(query))
      .take(query.limit)
      .getManyAndCount();
    return { days: days.map(toStorageDayDto), total };
  }
}
