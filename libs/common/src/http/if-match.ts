import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';

/** The If-Match header of the request; undefined when not sent. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  return header === undefined ? undefined : String(header);
});

export const etagOf = (version: number | string): string => `"${version}"`;

/**
 * Refuses a change that was made on an older version. Without If-Match, or with `*`, every version is taken.
 * @throws DomainError 412 `stale`
 */
export function assertIfMatch(header: string | undefined, version: number | string): void {
  if (header === undefined || header.trim() === '*') return;
  const given = header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''));
  if (!given.includes(String(version)))
    throw new DomainError(
      'stale',
      412,
      `It was changed in the meantime (now version ${version}); read it again and repeat the change.`,
    );
}

export const IfMatchHeader = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `version` that was read; another one by now: 412 `stale`.',
  });
