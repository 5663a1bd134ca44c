import { Metrics } from '@finvera/common';
import { RequestsUnderWay } from '@finvera/provisioning';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Histogram } from 'prom-client';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Durations of requests by route template, method and class of status, and which requests are under way. */
@Injectable()
export class RequestMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;

  private readonly series = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

  constructor(
    { registry }: Metrics,
    private readonly underWay: RequestsUnderWay,
  ) {
    this.durations = new Histogram({
      name: 'finvera_http_request_seconds',
      help: 'Requests by route template (none: no such route), method and class of status (aborted: the client hung up)',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS_SECONDS,
      registers: [registry],
    });
  }

  install(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      this.underWay.begin(request as never);
      // not onResponse: a client that hangs up would never be counted, nor leave the requests under way
      reply.raw.once('close', () => this.ended(request, reply));
      done();
    });
  }

  private ended(request: FastifyRequest, reply: FastifyReply): void {
    this.underWay.end(request as never);
    const method = METHODS.has(request.method) ? request.method : 'other';
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const status = reply.raw.writableFinished ? `${Math.floor(reply.raw.statusCode / 100)}xx` : 'aborted';
    this.seriesOf(method, route, status).observe(reply.elapsedTime / 1_000);
  }

  /** Found once per combination: there are as many as there are routes, methods and classes. */
  private seriesOf(method: string, route: string, status: string) {
    const key = `${method} ${status} ${route}`;
    const series = this.series.get(key) ?? this.durations.labels(method, route, status);
    this.series.set(key, series);
    return series;
  }
}
