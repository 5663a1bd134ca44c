import { negotiate } from '@fastify/accept-negotiator';
import type { Format } from './format-query.js';

export const MEDIA_TYPES: Record<Format, string> = {
  json: 'application/json',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

const FORMAT_OF = new Map(Object.entries(MEDIA_TYPES).map(([format, type]) => [type, format as Format]));

/**
 * The form in which a report is sent: what the query says, else what the `Accept` header (RFC 9110 §12.5.1) likes best,
 * else JSON.
 */
export function chooseFormat(asked: Format | undefined, accept: string | undefined): Format {
  if (asked) return asked;
  const type = accept ? negotiate(accept, [...FORMAT_OF.keys()]) : null;
  return (type && FORMAT_OF.get(type)) || 'json';
}
