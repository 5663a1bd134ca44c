import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';

class FieldErrorSchema {
  @ApiProperty({ example: 'entries.0.debit' }) field: string;
  @ApiProperty({ example: 'debit "1e3" is not an amount' }) message: string;
}

/** The failure envelope, as OpenAPI shows it. */
export class FailureSchema {
  @ApiProperty({ example: false }) success: boolean;
  @ApiProperty({ example: 'There is no ledger "42".', description: 'a sentence for people' }) error: string;
  @ApiProperty({ example: 'not_found', description: 'stable, for programs' }) code: string;
  @ApiProperty({ type: [FieldErrorSchema], required: false }) details?: FieldErrorSchema[];
  @ApiProperty({ example: 'req-1k2j3h' }) request_id: string;
}

const META = {
  page: {
    type: 'object',
    properties: { page: { type: 'integer' }, limit: { type: 'integer' }, total: { type: 'integer' } },
    example: { page: 1, limit: 50, total: 1 },
  },
  cursor: {
    type: 'object',
    properties: { next_cursor: { type: 'string', nullable: true }, limit: { type: 'integer' } },
    example: { next_cursor: null, limit: 100 },
  },
  cursors: {
    type: 'object',
    properties: {
      next_cursor: { type: 'string', nullable: true },
      previous_cursor: { type: 'string', nullable: true },
      limit: { type: 'integer' },
    },
    example: { next_cursor: null, previous_cursor: null, limit: 100 },
  },
} as const;

export interface AnswerOptions {
  status?: number;
  description: string;
  /** name → type of the things in `data`; an array type for lists */
  data: Record<string, Type<unknown> | [Type<unknown>]>;
  meta?: keyof typeof META;
}

/** Documents `{ success, data: { … } }`. */
export function Answer({ status = 200, description, data, meta }: AnswerOptions) {
  const types = Object.values(data).map((type) => (Array.isArray(type) ? type[0] : type));
  const properties = Object.fromEntries(
    Object.entries(data).map(([name, type]) => [
      name,
      Array.isArray(type)
        ? { type: 'array' as const, items: { $ref: getSchemaPath(type[0]) } }
        : { $ref: getSchemaPath(type) },
    ]),
  );
  return applyDecorators(
    ApiExtraModels(...types),
    ApiResponse({
      status,
      description,
      schema: {
        type: 'object',
        required: ['success', 'data'],
        properties: {
          success: { type: 'boolean', example: true },
          data: { type: 'object', properties, required: Object.keys(properties) },
          ...(meta && { meta: META[meta] }),
        },
      } as never,
    }),
  );
}

const REFUSAL_TEXT: Record<number, string> = {
  400: 'malformed: `details` names the fields',
  401: 'not signed in',
  403: 'signed in, not allowed',
  404: 'no such thing',
  409: 'collides with something that exists',
  412: 'stale `If-Match`',
  413: 'too large',
  422: 'understood, but a rule forbids it',
  429: 'too many tries; see `Retry-After`',
  503: 'not now; see `Retry-After`',
};

/** Documents the refusals of a route: status → the stable codes it may carry. */
export function Refusals(refusals: Record<number, string>) {
  return applyDecorators(
    ApiExtraModels(FailureSchema),
    ...Object.entries(refusals).map(([status, codes]) =>
      ApiResponse({
        status: Number(status),
        description: `${REFUSAL_TEXT[Number(status)] ?? 'refused'} (${codes})`,
        schema: { $ref: getSchemaPath(FailureSchema) },
      }),
    ),
  );
}

export const IdempotencyKeyHeader = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'The same key with the same body gives the first answer again; with another body 409 `idempotency_key_reused`.',
  });
