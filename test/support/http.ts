import { Agent, request as httpRequest } from 'node:http';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes, asserted field by field
  body: any;
  text: string;
}

export interface CallOptions {
  method?: string;
  /** value of the Host header */
  host?: string;
  token?: string;
  headers?: Record<string, string>;
  /** address that the connection comes from, one of 127.0.0.0/8 */
  from?: string;
  /** sent as JSON */
  json?: unknown;
  /** sent as it is */
  raw?: Buffer | string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One request over a real socket; every status is an answer. */
export function call(port: number, path: string, options: CallOptions = {}): Promise<Answer> {
  const { method = 'GET', host, token, headers = {}, from, json, raw } = options;
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        agent,
        port,
        path,
        method,
        host: '127.0.0.1',
        localAddress: from,
        headers: {
          ...(host !== undefined && { host }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed(text), text });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls of somebody who is signed in, always on the same host. */
export class Caller {
  constructor(
    readonly port: number,
    readonly token: string,
    readonly host?: string,
  ) {}

  get = (path: string, options: CallOptions = {}) => this.send('GET', path, undefined, options);
  post = (path: string, json: unknown = {}, options: CallOptions = {}) => this.send('POST', path, json, options);
  put = (path: string, json: unknown = {}, options: CallOptions = {}) => this.send('PUT', path, json, options);
  delete = (path: string, json?: unknown, options: CallOptions = {}) => this.send('DELETE', path, json, options);

  private send(method: string, path: string, json: unknown, options: CallOptions): Promise<Answer> {
    return call(this.port, path, { method, token: this.token, host: this.host, json, ...options });
  }
}
