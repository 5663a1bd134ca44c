import { malformed } from '../errors/domain-error.js';

/** Where a page of a long list ended, as an opaque text. */
export const encodeCursor = (position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** @throws DomainError 400 when it is not a cursor that `encodeCursor` made with `length` parts */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(position) &&
      position.length === length &&
      position.every((part) => typeof part === 'string' || typeof part === 'number')
    )
      return position;
  } catch {
    // falls through to the refusal below
  }
  throw malformed('cursor is not one that this list gave out; leave it away to begin at the first page', [
    { field: 'cursor', message: 'not a cursor of this list' },
  ]);
}
