import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const MS = { description: 'milliseconds; of the last one to two thousand times; null when there was none' };
const SERVER = { example: '127.0.0.1:3306' };
const TENANT = '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f';

class Counts {
  @ApiProperty({ description: 'leases held: requests and jobs under way', example: 1 }) leased: number;
  @ApiProperty({ example: 2 }) open: number;
  @ApiProperty({ example: 1 }) idle: number;
  @ApiProperty({ description: 'who wait for a connection', example: 0 }) waiting: number;
}

class Waits extends Counts {
  @ApiProperty({ ...MS, nullable: true, type: Number, example: 0.4 }) wait_p50_ms: number | null;
  @ApiProperty({ ...MS, nullable: true, type: Number, example: 3.1 }) wait_p99_ms: number | null;
}

export class ReplicaReadsDto {
  @ApiProperty({ description: 'reads that it answered', example: 12 }) reads: number;
  @ApiProperty({ description: 'reads that went to the primary: it had not caught up within 200 ms', example: 0 })
  lagging: number;
  @ApiProperty({ description: 'reads that went to the primary: it could not be used', example: 0 }) unavailable: number;
  @ApiProperty({ description: 'false: left alone for a moment, after it was behind or away several times' })
  used: boolean;
}

export class ServerConnectionsDto extends Waits {
  @ApiProperty(SERVER) server: string;
  @ApiProperty({ description: 'cached companies that live there', example: 1 }) tenants: number;
  @ApiProperty({ nullable: true, type: Number, example: 12 }) last_used_ms_ago: number | null;
  @ApiProperty({
    description: 'connections that this process may have open there now: its part of what all processes share',
    example: 100,
  })
  budget: number;
  @ApiProperty({
    nullable: true,
    type: Number,
    description: 'connections that all processes together may have open there; null until a connection was opened',
    example: 375,
  })
  shared_budget: number | null;
  @ApiProperty({
    nullable: true,
    type: Number,
    description: 'processes that share it, as last heard through Redis; null when nothing was heard',
    example: 3,
  })
  sharing_processes: number | null;
  @ApiProperty({ description: 'connections opened since the start', example: 7 }) opens: number;
  @ApiProperty({ description: 'idle connections closed early, to make room for other companies', example: 0 })
  evictions: number;
  @ApiProperty({ enum: ['open', 'closed'], description: '`open`: it does not answer and is left alone for a moment' })
  circuit: 'open' | 'closed';
  @ApiPropertyOptional({ type: ReplicaReadsDto, description: 'of a replica alone' }) replica?: ReplicaReadsDto;
}

export class TenantConnectionsDto extends Waits {
  @ApiProperty({ example: TENANT }) tenant_id: string;
  @ApiProperty({ example: 'acme' }) subdomain: string;
  @ApiProperty(SERVER) server: string;
  @ApiProperty({ example: 12 }) last_used_ms_ago: number;
  @ApiProperty({ description: 'how often it was opened in this process', example: 1 }) opens: number;
  @ApiProperty({ description: 'how often it was evicted for want of room', example: 0 }) evictions: number;
  @ApiProperty({ description: 'connections opened since it is cached', example: 2 }) connections_opened: number;
  @ApiProperty({ description: 'of those, closed early to make room for other companies', example: 0 })
  connections_evicted: number;
}

export class ProcessConnectionsDto extends Counts {
  @ApiProperty({ example: 'api-1' }) host: string;
  @ApiProperty({ example: 4711 }) pid: number;
  @ApiProperty({ enum: ['api', 'worker'], example: 'api' }) service: string;
  @ApiProperty({ example: '2026-11-24T10:00:00.000Z' }) started_at: string;
  @ApiProperty({ example: 1 }) cached_tenants: number;
  @ApiProperty({ example: 50 }) max_cached_tenants: number;
  @ApiProperty({ example: 1 }) opens: number;
  @ApiProperty({ example: 0 }) evictions: number;
}

export class ConnectionsDto {
  @ApiProperty({ description: 'cached companies of the process that answers', example: 1 }) activeConnections: number;
  @ApiProperty({ description: 'how many it may cache (`MAX_TENANT_CONNECTIONS`)', example: 50 })
  maxCachedConnections: number;
  @ApiProperty({
    type: [String],
    description: 'ids of the cached companies, last used first, a thousand at most',
    example: [TENANT],
  })
  cachedTenants: string[];
  @ApiProperty({ description: 'companies opened since the start', example: 1 }) opens: number;
  @ApiProperty({ description: 'companies evicted for want of room since the start', example: 0 }) evictions: number;
  @ApiProperty({ description: 'requests that wait for a place in the cache', example: 0 }) waitingForPlace: number;
  @ApiProperty({ type: ProcessConnectionsDto, description: 'whose figures these are' }) process: ProcessConnectionsDto;
  @ApiProperty({
    type: [ProcessConnectionsDto],
    nullable: true,
    description: 'the other processes, at most 5 seconds old; null while Redis is away',
  })
  other_processes: ProcessConnectionsDto[] | null;
  @ApiProperty({ type: [ServerConnectionsDto] }) servers: ServerConnectionsDto[];
  @ApiProperty({ type: [TenantConnectionsDto], description: 'the page' }) tenants: TenantConnectionsDto[];
}
