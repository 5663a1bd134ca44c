import { likePattern, notFound, offsetOf } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Like, Not, type Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import type { ListApiKeysQuery } from './api-key.dto.js';

@Injectable()
export class FindApiKeys {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /** Newest first. */
  async list(query: ListApiKeysQuery): Promise<{ apiKeys: ApiKey[]; total: number }> {
    const { search, revoked } = query;
    const chosen = revoked === undefined ? {} : { revokedAt: revoked === 'true' ? Not(IsNull()) : IsNull() };
    const [apiKeys, total] = await this.keys.findAndCount({
      where: search ? ['name', 'prefix', 'createdBy'].map((field) => ({ [field]: Like(likePattern(search)), ...chosen })) : chosen, // biome-ignore format: one line
      order: { id: 'DESC' }, // ids are ordered by time
      skip: offsetOf(query),
      take: query.limit,
    });
    return { apiKeys, total };
  }

  /** @throws DomainError 404 `api_key_not_found` */
  async one(id: string): Promise<ApiKey> {
    const apiKey = await this.keys.findOneBy({ id });
    if (!apiKey) throw notFound('API key', id, 'api_key_not_found');
    return apiKey;
  }
}
