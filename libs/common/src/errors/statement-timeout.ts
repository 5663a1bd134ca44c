const STATEMENT_TIMEOUTS = new Set([1969, 3024]);

/** The server ended a statement that took longer than it may: MariaDB's ER_STATEMENT_TIMEOUT, MySQL's ER_QUERY_TIMEOUT. */
export const isStatementTimeout = (error: unknown): boolean =>
  STATEMENT_TIMEOUTS.has((error as { errno?: number } | null)?.errno ?? 0);
