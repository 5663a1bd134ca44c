const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
]);

const codeOf = (error: unknown): string | undefined => {
  const holder = error as { code?: unknown; driverError?: { code?: unknown } } | null;
  const code = holder?.code ?? holder?.driverError?.code;
  if (typeof code === 'string') return code;
  // a statement queued on a connection that is already gone
  return error instanceof Error && /in closed state|closed connection/i.test(error.message) ? 'ECONNRESET' : undefined;
};

/** Whether the error says that a database server or the connection to it is gone, not that a statement was wrong. */
export const isUnreachable = (error: unknown): boolean => UNREACHABLE.has(codeOf(error) ?? '');
