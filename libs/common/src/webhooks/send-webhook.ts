import { isPublicAddress } from '../http/public-address.js';
import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

const BODY_READ_MAX_BYTES = 65_536;
const RETRY_AFTER_MAX_SECONDS = 43_200;

export interface SendOptions {
  timeoutMs: number;
  /** whether private addresses may be asked as well */
  allowPrivate: boolean;
}

export interface SendResult {
  /** HTTP status; undefined: nobody answered */
  status?: number;
  /** why nobody answered, for people */
  error?: string;
  /** the receiver asked for so much patience */
  retryAfterMs?: number;
}

/** Posts a body. Never throws: whatever comes of it is a result. Redirects are not followed; they are an answer like any other. */
export function sendWebhook(
  url: string,
  headers: Record<string, string>,
  body: string,
  { timeoutMs, allowPrivate }: SendOptions,
): Promise<SendResult> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(host) && !isPublicAddress(host)) return Promise.resolve({ error: NOT_PUBLIC });
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve) => {
    // the look-up of a name does not end by the signal
    signal.addEventListener('abort', () => resolve({ error: `no answer within ${timeoutMs} ms` }), { once: true });
    const sent = (target.protocol === 'https:' ? requestHttps : requestHttp)(
      target,
      {
        method: 'POST',
        agent: false,
        lookup: allowPrivate ? undefined : lookUpPublic,
        signal,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Finvera-Webhooks/1.0',
          connection: 'close',
          ...headers,
        },
      },
      (response) => {
        let read = 0;
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read > BODY_READ_MAX_BYTES) response.destroy();
        });
        response.on('error', () => undefined); // the status is what counts
        resolve({ status: response.statusCode, retryAfterMs: retryAfterOf(response.headers['retry-after']) });
      },
    );
    sent.on('error', (error: Error & { code?: string }) => resolve({ error: explain(error) }));
    sent.end(body);
  });
}

const NOT_PUBLIC = 'the address is private or reserved (WEBHOOK_PRIVATE_ADDRESSES)';

/** Resolves a name to its public addresses; the connection goes to one of these, whatever the name says a moment later. */
const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    const open = ((found ?? []) as LookupAddress[]).filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (error) callback(error, '', 0);
    else if (!first) callback(Object.assign(new Error(NOT_PUBLIC), { code: 'NOT_PUBLIC' }), '', 0);
    else if (options.all) callback(null, open);
    else callback(null, first.address, first.family);
  });
};

function explain(error: Error & { code?: string }): string {
  if (error.code === 'NOT_PUBLIC') return NOT_PUBLIC;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'the name is not known';
  return `cannot be reached (${error.code ?? error.name})`;
}

function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return undefined;
  return Math.min(Number(header), RETRY_AFTER_MAX_SECONDS) * 1_000;
}
