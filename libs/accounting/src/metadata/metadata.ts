import { readJson } from '@finvera/common';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, Matches, registerDecorator } from 'class-validator';

export type Metadata = Record<string, unknown>;

/** Of the whole object as JSON. */
const BYTES_MAX = 4_096;
const DEPTH_MAX = 5;
const TERMS_MAX = 50;
const NAME_MAX_LENGTH = 100;
const VALUE_MAX_LENGTH = 255;
export const FILTERS_MAX = 5;

export interface Term {
  name: string;
  value: string;
}

/**
 * What an object is found by: each text, number, boolean and null in it under its path ("order.id", "tags" for each of a
 * list). Texts longer than 255 characters are kept, but not found.
 */
export function termsOf(metadata: Metadata): Term[] {
  const terms = new Map<string, Term>();
  const visit = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(name, one);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) visit(name === '' ? key : `${name}.${key}`, one);
    else if (String(value).length <= VALUE_MAX_LENGTH)
      terms.set(JSON.stringify([name, String(value)]), { name, value: String(value) });
  };
  visit('', metadata);
  return [...terms.values()];
}

/** What is wrong with it; null when nothing is. */
export function metadataFault(metadata: unknown): string | null {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return 'must be a JSON object';
  if (depthOf(metadata) > DEPTH_MAX) return `must not be nested deeper than ${DEPTH_MAX}`;
  if (Buffer.byteLength(JSON.stringify(metadata)) > BYTES_MAX) return `must have at most ${BYTES_MAX} bytes as JSON`;
  const terms = termsOf(metadata as Metadata);
  if (terms.length > TERMS_MAX) return `must have at most ${TERMS_MAX} values`;
  if (terms.some(({ name }) => name === '' || name.length > NAME_MAX_LENGTH || name.includes('=')))
    return `must have names of 1 to ${NAME_MAX_LENGTH} characters, with those above them, and without "="`;
  return null;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const one of Object.values(value)) deepest = Math.max(deepest, depthOf(one));
  return deepest + 1;
}

/** `metadata` of a body. */
export const MetadataField = () =>
  applyDecorators(
    ApiPropertyOptional({
      type: Object,
      nullable: true,
      example: { order_id: 'A-17', channel: 'web' },
      description: `anything that a program wants to keep: an object of at most ${BYTES_MAX} bytes and ${TERMS_MAX} values; null takes it away`,
    }),
    IsOptional(),
    (target: object, property: string | symbol) =>
      registerDecorator({
        name: 'isMetadata',
        target: target.constructor,
        propertyName: property as string,
        validator: {
          validate: (value: unknown) => metadataFault(value) === null,
          defaultMessage: ({ value } = {} as never) => `metadata ${metadataFault(value)}`,
        },
      }),
  );

/** `metadata=name=value` of a list's query, several times for all of several. */
export const MetadataFilter = () =>
  applyDecorators(
    ApiPropertyOptional({
      type: [String],
      example: ['channel=web'],
      description: `only what has this metadata, as name=value; up to ${FILTERS_MAX}, all of which hold; "order.id=7" looks into objects`,
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value])),
    IsArray(),
    ArrayMaxSize(FILTERS_MAX, { message: `metadata: at most ${FILTERS_MAX} at a time` }),
    Matches(/^[^=]{1,100}=.{0,255}$/s, { each: true, message: 'metadata must be name=value' }),
  );

/** The terms of a checked filter. */
export const filterTerms = (filters: readonly string[] = []): Term[] =>
  filters.map((filter) => ({
    name: filter.slice(0, filter.indexOf('=')),
    value: filter.slice(filter.indexOf('=') + 1),
  }));

export const readMetadata = (column: unknown): Metadata | null => readJson<Metadata | null>(column ?? null);
