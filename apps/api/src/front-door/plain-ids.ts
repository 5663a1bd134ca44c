import { notFound } from '@finvera/common';
import type { FastifyRequest } from 'fastify';

/** A domain may be given in its own letters. */
const OTHERS = new Set(['domain']);

/**
 * Ids of the platform are ASCII, and so are their columns, which cannot be compared with other letters.
 * @throws DomainError 404 for an id in the path that can be none
 */
export function assertPlainIds({ params }: FastifyRequest): void {
  for (const [name, value] of Object.entries(params as Record<string, string>))
    if (!OTHERS.has(name) && !/^[ -~]*$/.test(value)) throw notFound(name, value);
}
