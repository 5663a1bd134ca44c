import { isoInstant, malformed } from '@finvera/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional } from 'class-validator';
import type { Constructor } from './mixin.js';

const WITH_ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;

/** Adds `known_at` to a query. */
export function KnownAt<Base extends Constructor>(base: Base) {
  class KnownAtQuery extends base {
    @ApiPropertyOptional({
      example: '2099-01-01T00:00:00Z',
      description:
        'the figures as the books knew them at this moment: what was posted, altered or cancelled later counts as it stood then. Names and groups are those of today.',
    })
    @IsOptional()
    @IsISO8601({ strict: true }, { message: 'known_at must be a moment such as 2026-11-24T18:30:00+05:30' })
    known_at?: string;
  }
  return KnownAtQuery;
}

/** @throws DomainError 400 without a zone, or outside the years that ids and databases know */
export function readKnownAt(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (
    !WITH_ZONE.test(text) ||
    Number.isNaN(moment.getTime()) ||
    moment.getUTCFullYear() < 2000 ||
    moment.getUTCFullYear() > 2099
  )
    throw malformed(
      `known_at ${text.slice(0, 40)} is not a moment; send one with its zone, such as ${isoInstant(new Date())}`,
      [{ field: 'known_at', message: 'must be a moment with its zone' }],
    );
  return moment;
}
