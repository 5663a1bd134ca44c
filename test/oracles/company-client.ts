import { givenPlatform, type Platform } from '../support/platform.js';

/** What the oracles need of a company's REST API: an administrator's calls, in the envelope's terms. */
export interface CompanyClient {
  /** Answers of success alone; anything else rejects with the status and the failure's sentence. */
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  /** An answer that is no JSON. */
  text(path: string): Promise<string>;
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes, compared figure by figure
  data: any;
  meta?: { next_cursor?: string | null };
}

/**
 * A client over a real socket.
 * @param baseUrl address of the API, such as "http://127.0.0.1:3000"
 * @param token of somebody who signed in
 */
export function httpCompanyClient(baseUrl: string, token?: string): CompanyClient {
  const textOf = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 1_000)}`);
    return text;
  };
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    JSON.parse(await textOf(method, path, body)) as Answer;
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    text: (path) => textOf('GET', path),
  };
}

let platform: Promise<Platform> | undefined;

/** A new, empty company on a platform of this test file's own. */
export async function openCompany(subdomain: string): Promise<CompanyClient> {
  platform ??= givenPlatform({ worker: false });
  const { port, givenTenant } = await platform.then((own) => ({
    port: own.port,
    givenTenant: own.givenTenant.bind(own),
  }));
  const { user } = await givenTenant(`${subdomain}-${Date.now().toString(36)}`);
  return httpCompanyClient(`http://127.0.0.1:${port}`, user.token);
}
