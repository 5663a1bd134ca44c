import { forbidden, Metrics, PublicRoute, RawAnswer } from '@finvera/common';
import { RequestLimits } from '@finvera/tenancy';
import { Controller, Get, Header, Req } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
import type { ApiConfig } from '../api.config.js';
import { rateLimitMetrics } from './rate-limit-metrics.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  private readonly token: string;

  constructor(
    private readonly metrics: Metrics,
    limits: RequestLimits,
    config: ConfigService<{ api: ApiConfig }, true>,
  ) {
    this.token = config.get('api.METRICS_TOKEN', { infer: true });
    rateLimitMetrics(metrics.registry, limits);
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
  read(@Req() request: FastifyRequest): Promise<string> {
    if (!isOfThisMachine(request) && !this.hasToken(request))
      throw forbidden('Metrics are for this machine, or with the token.');
    return this.metrics.registry.metrics();
  }

  private hasToken(request: FastifyRequest): boolean {
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return this.token !== '' && given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

/** A proxy on this machine passes on who is elsewhere. */
function isOfThisMachine({ socket, headers }: FastifyRequest): boolean {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  return LOOPBACK.has(socket.remoteAddress ?? '') && !isForwarded;
}
