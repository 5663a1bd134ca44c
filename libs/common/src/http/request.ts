import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor, CompanyPrincipal, Principal } from '../auth/principal.js';

/** What the front door leaves on a request. */
export interface FinveraRequest extends FastifyRequest {
  principal?: Principal;
  actor?: Actor;
}

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FinveraRequest>();

/** The actor of this request, for use cases that record who did it. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const request = requestOf(context);
  return request.actor ?? { id: 'anonymous', name: 'anonymous', kind: 'system', requestId: request.id, ip: request.ip };
});

/** The signed-in principal; undefined on public routes. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined => requestOf(context).principal,
);

/** The signed-in company user; only on company routes. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): CompanyPrincipal => {
  const { principal } = requestOf(context);
  if (principal?.kind !== 'company') throw new Error('CurrentUser stands on a route that is not a company route');
  return principal;
});

const KEY_MAX_LENGTH = 200;

/** The Idempotency-Key header with what it covers: the route and a hash of the body. Undefined when not sent. */
export interface IdempotencyRequest {
  key: string;
  route: string;
  body: unknown;
}

export const Idempotency = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotencyRequest | undefined => {
    const request = requestOf(context);
    const header = request.headers['idempotency-key'];
    if (typeof header !== 'string' || header.trim() === '') return undefined;
    return {
      key: header.trim().slice(0, KEY_MAX_LENGTH),
      route: `${request.method} ${request.routeOptions.url ?? request.url}`,
      body: request.body,
    };
  },
);
