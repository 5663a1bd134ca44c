import { malformed, unauthenticated } from '@finvera/common';
import type { FastifyRequest } from 'fastify';

const TOKEN_MAX_LENGTH = 8_192;

/** The bearer token; undefined when no Authorization header was sent. @throws DomainError 401 for any other scheme */
export function bearerToken(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization) ?? [];
  if (!token || token.length > TOKEN_MAX_LENGTH)
    throw unauthenticated('The Authorization header must be "Bearer …" with a token.', 'token_invalid');
  return token;
}

/** A field of the query that the door consumes; handlers do not see it. */
export const queryText = (request: FastifyRequest, name: string): string | undefined =>
  text(request.query as Record<string, unknown>, name, true);

/** A text field of a JSON body. @param options.take handlers do not see it */
export function bodyText(request: FastifyRequest, name: string, { take = false } = {}): string | undefined {
  const body = request.body;
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return undefined;
  return text(body as Record<string, unknown>, name, take);
}

function text(fields: Record<string, unknown>, name: string, take: boolean): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw malformed(`${name} must be a text`, [{ field: name, message: 'must be a text' }]);
  if (take) delete fields[name];
  return value;
}
