import { quoteIdentifier } from '@finvera/common';
import type { EncryptedColumn } from './encrypted-columns.js';

/**
 * The statements that read and replace the secrets of one column, in pages by primary key. Names come from
 * `ENCRYPTED_COLUMNS` alone; values are parameters.
 */
export function secretColumnSql({ table, key, column, path, stamp }: EncryptedColumn) {
  const [from, id, stored] = [quoteIdentifier(table), quoteIdentifier(key), quoteIdentifier(column)];
  const at = path === undefined ? undefined : `'${path}'`;
  const text = at ? `JSON_UNQUOTE(JSON_EXTRACT(${stored}, ${at}))` : stored;
  const value = `CONVERT(${text} USING utf8mb4) COLLATE utf8mb4_bin`; // base64: upper and lower case matter
  const header = `SUBSTRING_INDEX(${value}, '.', 1)`;
  const replaced = at ? `JSON_SET(${stored}, ${at}, ?)` : '?';
  const kept = stamp ? `, ${quoteIdentifier(stamp)} = ${quoteIdentifier(stamp)}` : '';
  return {
    /** secrets by the header they begin with, which names their key */
    countByHeader: `SELECT ${header} AS header, COUNT(*) AS secrets FROM ${from} WHERE ${value} IS NOT NULL GROUP BY header`,
    /** parameters: last key of the page before, the header that is wanted, page size */
    pageOfOthers: `SELECT ${id} AS id, ${value} AS secret FROM ${from}
      WHERE ${id} > ? AND ${value} IS NOT NULL AND ${header} <> ? ORDER BY ${id} LIMIT ?`,
    /** parameters: new secret, key, old secret; changes nothing when somebody else has changed it meanwhile */
    replace: `UPDATE ${from} SET ${stored} = ${replaced}${kept} WHERE ${id} = ? AND ${value} = ?`,
  };
}
