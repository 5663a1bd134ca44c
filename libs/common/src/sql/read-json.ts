/** The value of a JSON column: MariaDB hands it out as text, MySQL as a value. */
export const readJson = <T>(value: unknown): T => (typeof value === 'string' ? JSON.parse(value) : value) as T;
