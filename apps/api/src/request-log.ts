import { type FinveraRequest } from '@finvera/common';
import { type LeasedRequest, TENANT_LEASE } from '@finvera/tenancy';
import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** One structured line per request, with its id and its tenant; the query stays out of it: people search for names. */
export function logRequests(server: FastifyInstance, logger: LoggerService): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { [TENANT_LEASE]: lease, principal } = request as FinveraRequest & LeasedRequest;
    logger.log({
      msg: 'request',
      request_id: request.id,
      tenant_id: lease?.tenantId,
      principal: principal?.kind,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 100) / 100,
    });
    done();
  });
}
