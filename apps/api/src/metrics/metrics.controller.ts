import { forbidden, PublicRoute, RawAnswer } from '@finvera/common';
import { RequestLimits, TenantPoolManager } from '@finvera/tenancy';
import { Controller, Get, Header, Req } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ApiConfig } from '../api.config.js';
import { rateLimitMetrics } from './rate-limit-metrics.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  private readonly registry = new Registry();
  private readonly token: string;

  constructor(pools: TenantPoolManager, limits: RequestLimits, config: ConfigService<{ api: ApiConfig }, true>) {
    this.token = config.get('api.METRICS_TOKEN', { infer: true });
    collectDefaultMetrics({ register: this.registry });
    const gauge = (name: string, help: string, read: (stats: ReturnType<TenantPoolManager['getStats']>) => number) =>
      new Gauge({ name, help, registers: [this.registry], collect() { this.set(read(pools.getStats())); } }); // biome-ignore format: one line
    gauge('finvera_cached_tenants', 'Tenants whose DataSource is cached', (stats) => stats.activeConnections);
    gauge('finvera_cached_tenants_max', 'Tenants that may be cached', (stats) => stats.maxCachedConnections);
    gauge('finvera_tenant_opens_total', 'Tenants opened since the start', (stats) => stats.opens);
    gauge(
      'finvera_tenant_evictions_total',
      'Tenants evicted for want of room since the start',
      (stats) => stats.evictions,
    );
    gauge('finvera_tenant_connections_open', 'Open connections to tenant databases', (stats) => total(stats, 'open'));
    gauge('finvera_tenant_connections_waiting', 'Requests waiting for a connection', (stats) =>
      total(stats, 'waiting'),
    );
    rateLimitMetrics(this.registry, limits);
  }

  @Get()
  @RawAnswer()
  @PublicRoute()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiProduces('text/plain')
  @ApiOperation({
    summary: 'Prometheus metrics',
    description: 'From this machine, or with METRICS_TOKEN as bearer token.',
  })
  @ApiResponse({ status: 200, description: 'metrics' })
  @ApiResponse({ status: 403, description: 'from elsewhere without the token' })
  metrics(@Req() request: FastifyRequest): Promise<string> {
    const peer = request.socket.remoteAddress ?? '';
    if (!LOOPBACK.has(peer) && !this.hasToken(request))
      throw forbidden('Metrics are for this machine, or with the token.');
    return this.registry.metrics();
  }

  private hasToken(request: FastifyRequest): boolean {
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return this.token !== '' && given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

const total = (stats: ReturnType<TenantPoolManager['getStats']>, field: 'open' | 'waiting') =>
  stats.servers.reduce((sum, server) => sum + server[field], 0);
