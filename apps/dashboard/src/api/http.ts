import { HttpError } from 'react-admin';
import { readSession } from '../auth/session';

const BASE = '/api/admin';

export interface Meta {
  page?: number;
  limit?: number;
  total?: number;
  next_cursor?: string | null;
}

interface Failure {
  error: string;
  code: string;
  details?: { field: string; message: string }[];
  request_id?: string;
}

interface SendOptions {
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/**
 * Calls the platform API with the tab's sign-in.
 * @throws HttpError with the API's sentence; `body.errors` holds its field errors as react-admin's forms expect them
 */
export async function send<Data>(method: string, path: string, options: SendOptions = {}) {
  const body = await exchange(method, path, options);
  return body as { data: Data; meta?: Meta };
}

/** A GET that answers a bare object, without the envelope. */
export const getBare = async <Data>(path: string) => (await exchange('GET', path, {})) as Data;

async function exchange(method: string, path: string, { query, body, idempotencyKey, signal }: SendOptions) {
  const token = readSession()?.token;
  const answer = await fetch(`${BASE}${path}${queryText(query)}`, {
    method,
    signal,
    headers: {
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new HttpError('The server cannot be reached.', 0);
  });
  const json: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw toHttpError(answer.status, json as Failure | null);
  return json;
}

function toHttpError(status: number, failure: Failure | null): HttpError {
  if (!failure?.error) return new HttpError(`The server answered ${status} without a reason.`, status);
  const { error, code, request_id, details = [] } = failure;
  const errors = Object.fromEntries(details.map(({ field, message }) => [field, message]));
  return new HttpError(error, status, { code, request_id, ...(details.length > 0 && { errors }) });
}

function queryText(query: Record<string, unknown> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
