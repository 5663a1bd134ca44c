import { ConfigError, DomainError, type FieldError } from '@finvera/common';
import { isLoopback } from './is-loopback.js';

/** What a request may take, creation of a company included. */
const REQUEST_MAX_MS = 130_000;
const LINES = 'application/x-ndjson';

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface ApiAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes; the adapters say which
  data: any;
  meta?: { total: number; next_cursor: string | null };
}

/** The HTTP API of a platform elsewhere. What it refuses is thrown as if it had been refused here. */
export class RemoteApi {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /**
   * As `FINVERA_URL` and `FINVERA_API_KEY` say; undefined when the command works on the databases itself.
   * @throws ConfigError when only one of them is set, or cannot be meant so
   */
  static fromEnvironment(env: NodeJS.ProcessEnv = process.env): RemoteApi | undefined {
    const { FINVERA_URL: url, FINVERA_API_KEY: key } = env;
    if (!url) return undefined;
    if (!URL.canParse(url) || !/^https?:/.test(url))
      throw new ConfigError('FINVERA_URL must be an address such as https://finvera.example.com');
    if (!key) throw new ConfigError('FINVERA_URL is set: set FINVERA_API_KEY as well (finvera api-keys create)');
    const { protocol, hostname } = new URL(url);
    if (protocol === 'http:' && !isLoopback(hostname))
      process.stderr.write('FINVERA_URL is plain http: the key can be read on its way.\n');
    return new RemoteApi(url.replace(/\/+$/, ''), key);
  }

  get = (path: string, query?: Query) => this.json('GET', path, query);
  post = (path: string, body: object = {}, query?: Query) => this.json('POST', path, query, body);
  put = (path: string, body: object = {}) => this.json('PUT', path, undefined, body);
  delete = (path: string, body?: object, query?: Query) => this.json('DELETE', path, query, body);

  /** The text of an answer as it comes. */
  async stream(path: string, query: Query): Promise<AsyncGenerator<string>> {
    return textOf(await this.send('GET', path, query));
  }

  /** JSON lines as they come. */
  async *lines(path: string, body: object, query: Query): AsyncGenerator<Record<string, unknown>> {
    let rest = '';
    for await (const text of textOf(await this.send('POST', path, query, body, LINES))) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield JSON.parse(line);
    }
  }

  private async json(method: string, path: string, query?: Query, body?: object): Promise<ApiAnswer> {
    const response = await this.send(method, path, query, body);
    const answer = await response.json().catch(() => undefined);
    // the health object stands without the envelope
    return (answer && typeof answer === 'object' && 'data' in answer ? answer : { data: answer }) as ApiAnswer;
  }

  private async send(method: string, path: string, query: Query = {}, body?: object, accept = 'application/json') {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
    const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
    const response = await fetch(`${this.url}/api/admin/${path}${given.length > 0 ? `?${search}` : ''}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        accept,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error',
      // a stream may take as long as it likes, once it has begun
      signal: AbortSignal.timeout(accept === LINES || path.endsWith('/export') ? 3_600_000 : REQUEST_MAX_MS),
    }).catch((error: Error & { cause?: { code?: string; message?: string } }) => {
      throw new DomainError('api_unreachable', 503, `${this.url} cannot be reached: ${error.cause?.code ?? error.cause?.message ?? error.message}`); // biome-ignore format: one line
    });
    if (!response.ok) throw await this.refusalOf(response);
    return response;
  }

  private async refusalOf(response: Response): Promise<DomainError> {
    const body = (await response.json().catch(() => undefined)) as
      | { error?: string; code?: string; details?: FieldError[]; request_id?: string }
      | undefined;
    if (!body?.error) return new DomainError('no_finvera', 502, `${this.url} answered ${response.status}; is it Finvera’s API?`); // biome-ignore format: one line
    const trouble = response.status >= 500 && body.request_id ? ` (request ${body.request_id})` : '';
    return new DomainError(body.code ?? 'refused', response.status, body.error + trouble, { details: body.details });
  }
}

async function* textOf(response: Response): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
    yield decoder.decode(chunk, { stream: true });
}
