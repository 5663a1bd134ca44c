import { likePattern, offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Plan } from './plan.entity.js';

const SORTABLE = {
  code: 'code',
  name: 'name',
  monthly_price: 'monthlyPrice',
  storage_limit_mb: 'storageLimitMb',
  requests_per_minute: 'requestsPerMinute',
} as const;

/** Reads the plans, cheapest first. */
@Injectable()
export class ListPlans {
  constructor(@InjectRepository(Plan) private readonly plans: Repository<Plan>) {}

  async list(query: PageQuery): Promise<{ plans: Plan[]; total: number }> {
    const fields = Object.keys(SORTABLE) as (keyof typeof SORTABLE)[];
    const sort = parseSort(query.sort, fields, { field: 'monthly_price', direction: 'ASC' });
    const find = this.plans.createQueryBuilder('p');
    if (query.search) find.where('(p.code LIKE :like OR p.name LIKE :like)', { like: likePattern(query.search) });
    find.orderBy(`p.${SORTABLE[sort.field]}`, sort.direction).addOrderBy('p.code', sort.direction);
    const [plans, total] = await find.skip(offsetOf(query)).take(query.limit).getManyAndCount();
    return { plans, total };
  }
}
