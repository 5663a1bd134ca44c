import { ENCRYPTED_COLUMNS, type EncryptedColumn, KEY_CHECK_COLUMNS } from '@finvera/master-data';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** What every value of SecretBox begins with: the base64 of `{"alg":"dir"`. */
const JWE = 'eyJhbGciOiJkaXIi';
const ROWS_MAX = 1_000;

/**
 * Places of a master database that hold encrypted values and that a change of keys would miss. Each platform of the tests
 * is asked when it ends, so that whatever feature encrypts something must have listed it.
 */
export async function unlistedSecrets(connection: Connection, database: string): Promise<string[]> {
  const [columns] = await connection.query<RowDataPacket[]>(
    `SELECT table_name AS tbl, column_name AS col FROM information_schema.columns
      WHERE table_schema = ? AND data_type IN ('char','varchar','text','mediumtext','longtext','json')`,
    [database],
  );
  const found = new Set<string>();
  for (const { tbl, col } of columns) {
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT CAST(?? AS CHAR) AS secret FROM ??.?? WHERE CAST(?? AS CHAR) LIKE ? LIMIT ?',
      [col, database, tbl, col, `%${JWE}%`, ROWS_MAX],
    );
    for (const { secret } of rows) for (const path of placesIn(secret)) found.add(`${tbl}.${col}${path}`);
  }
  const places: readonly Pick<EncryptedColumn, 'table' | 'column' | 'path'>[] = [
    ...ENCRYPTED_COLUMNS,
    ...KEY_CHECK_COLUMNS,
  ];
  const listed = places.map(({ table, column, path = '$' }) => `${table}.${column}${path.slice(1)}`);
  return [...found].filter((place) => !listed.includes(place));
}

/** Where in a stored text secrets are: '' for the text itself, `.a.b` inside JSON. */
function placesIn(stored: string): string[] {
  if (stored.startsWith(JWE)) return [''];
  const paths: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string' && value.includes(JWE)) paths.push(path);
    else if (value !== null && typeof value === 'object')
      for (const [name, inner] of Object.entries(value)) walk(inner, `${path}.${name}`);
  };
  try {
    walk(JSON.parse(stored), '');
    return paths;
  } catch {
    return ['(inside a text)'];
  }
}
