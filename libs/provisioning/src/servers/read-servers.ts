import { likePattern, notFound, offsetOf, type PageQuery, parseSort } from '@finvera/common';
import { DatabaseServer } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { type ServerDto, toServerDto } from './server.dto.js';

const SORTABLE = { name: 'name', max_tenants: 'maxTenants', created_at: 'createdAt' } as const;

const TENANTS = `SELECT server_id, COUNT(*) AS tenants FROM tenant_master
  WHERE server_id IN (?) AND status <> 'deleted' GROUP BY server_id`;

/** Reads database servers, with the number of companies on each. */
@Injectable()
export class ReadServers {
  constructor(@InjectRepository(DatabaseServer) private readonly servers: Repository<DatabaseServer>) {}

  /** @throws DomainError 404 `server_not_found` */
  async one(id: string): Promise<ServerDto> {
    const server = await this.servers.findOneBy({ id });
    if (!server) throw notFound('database server', id, 'server_not_found');
    return (await this.counted([server]))[0]!;
  }

  /** By id or name. @throws DomainError 404 `server_not_found` */
  async named(name: string): Promise<ServerDto> {
    const server = await this.servers.findOneBy([{ id: name }, { name }]);
    if (!server) throw notFound('database server', name, 'server_not_found');
    return (await this.counted([server]))[0]!;
  }

  async list(query: PageQuery): Promise<{ servers: ServerDto[]; total: number }> {
    const fields = Object.keys(SORTABLE) as (keyof typeof SORTABLE)[];
    const sort = parseSort(query.sort, fields, { field: 'name', direction: 'ASC' });
    const find = this.servers.createQueryBuilder('s');
    if (query.search) find.where('s.name LIKE :like OR s.host LIKE :like', { like: likePattern(query.search) });
    find.orderBy(`s.${SORTABLE[sort.field]}`, sort.direction).addOrderBy('s.id', sort.direction);
    const [servers, total] = await find.skip(offsetOf(query)).take(query.limit).getManyAndCount();
    return { servers: await this.counted(servers), total };
  }

  private async counted(servers: readonly DatabaseServer[]): Promise<ServerDto[]> {
    if (servers.length === 0) return [];
    const rows: { server_id: string; tenants: string }[] = await this.servers.query(TENANTS, [
      servers.map(({ id }) => id),
    ]);
    const counts = new Map(rows.map(({ server_id, tenants }) => [server_id, Number(tenants)]));
    return servers.map((server) => toServerDto(server, counts.get(server.id) ?? 0));
  }
}
