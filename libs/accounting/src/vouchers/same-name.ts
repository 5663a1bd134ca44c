/**
 * A name as the columns' collation compares it: neither case nor accents of Latin letters count, nor spaces at the end.
 * Close to `utf8mb4_unicode_520_ci`, not equal to it: what differs is not found, never mistaken.
 */
export const foldName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLocaleLowerCase('en')
    .trimEnd();
