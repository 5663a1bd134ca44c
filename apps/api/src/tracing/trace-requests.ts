import type { OpenSpan, Tracing } from '@finvera/common';
import { type LeasedRequest, TENANT_LEASE } from '@finvera/tenancy';
import type { FastifyInstance, FastifyRequest } from 'fastify';

type Traced = FastifyRequest & LeasedRequest & { span?: OpenSpan };

/** A span for each request; without an exporter not even a hook. */
export function traceRequests(server: FastifyInstance, tracing: Tracing): void {
  if (!tracing.enabled) return;
  server.addHook('onRequest', (request: Traced, reply, done) => {
    const route = request.is404 ? undefined : request.routeOptions.url;
    const span = tracing.openRequest(
      route ? `${request.method} ${route}` : request.method,
      { 'http.request.method': request.method, 'http.route': route, 'finvera.request_id': request.id },
      request.headers,
    );
    if (!span) return done();
    request.span = span;
    reply.raw.once('close', () => {
      const { statusCode, writableFinished } = reply.raw;
      const failure = writableFinished ? (statusCode >= 500 ? String(statusCode) : undefined) : 'aborted';
      span.end(
        { 'http.response.status_code': statusCode, 'finvera.tenant_id': request[TENANT_LEASE]?.tenantId },
        failure,
      );
    });
    span.run(done);
  });
  // the body arrives in events of the socket, which know nothing of the request
  server.addHook('preValidation', (request: Traced, _reply, done) => {
    if (request.span) request.span.run(done);
    else done();
  });
}
