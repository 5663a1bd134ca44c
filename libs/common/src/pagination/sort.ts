import { malformed } from '../errors/domain-error.js';

export interface SortOrder<Field extends string> {
  field: Field;
  direction: 'ASC' | 'DESC';
}

/**
 * Reads `sort` ("name", "-created_at").
 * @param allowed the fields that may be sorted by; nothing else reaches SQL
 * @throws DomainError 400 naming the allowed fields
 */
export function parseSort<Field extends string>(
  sort: string | undefined,
  allowed: readonly Field[],
  fallback: SortOrder<Field>,
): SortOrder<Field> {
  if (!sort) return fallback;
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  const field = sort.replace(/^[-+]/, '');
  if (!(allowed as readonly string[]).includes(field))
    throw malformed(`sort ${JSON.stringify(sort)} is not possible; sort by one of ${allowed.join(', ')}`, [
      { field: 'sort', message: `must be one of ${allowed.join(', ')}, with "-" in front for descending` },
    ]);
  return { field: field as Field, direction };
}
