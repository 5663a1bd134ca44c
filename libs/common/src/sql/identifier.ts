const IDENTIFIER = /^[A-Za-z0-9_]{1,64}$/;

/**
 * Validates and quotes a database, table or user name; the only place where a name becomes part of SQL text.
 * @throws Error when the name has anything but letters, digits and underscores
 */
export function quoteIdentifier(name: string): string {
  if (!IDENTIFIER.test(name)) throw new Error(`${JSON.stringify(name)} is not a name for a database object`);
  return `\`${name}\``;
}

/** The name as a GRANT takes it: there `_` and `%` are wildcards and would reach neighbouring databases. */
export function quoteGrantDatabase(name: string): string {
  quoteIdentifier(name);
  return `\`${name.replaceAll('_', '\\_')}\``;
}
