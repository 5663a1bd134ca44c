import { randomUUID } from 'node:crypto';

/** What the oracles need of a company's REST API: an administrator's calls, in the envelope's terms. */
export interface CompanyClient {
  /** Answers of success alone; anything else rejects with the status and the failure's sentence. */
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
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
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 1_000)}`);
    return JSON.parse(text) as Answer;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
  };
}

/** A new, empty company of the API at TEST_API_URL, whose platform admin is TEST_ADMIN_EMAIL with TEST_ADMIN_PASSWORD. */
export async function openCompany(subdomain: string): Promise<CompanyClient> {
  const { TEST_API_URL = 'http://127.0.0.1:3000', TEST_ADMIN_EMAIL, TEST_ADMIN_PASSWORD } = process.env;
  const password = randomUUID();
  const email = 'books@example.com';
  const name = `${subdomain}-${Date.now().toString(36)}`;
  const anybody = httpCompanyClient(TEST_API_URL);
  const admin = await anybody.post('/api/admin/auth/login', { email: TEST_ADMIN_EMAIL, password: TEST_ADMIN_PASSWORD });
  await httpCompanyClient(TEST_API_URL, admin.data.token).post('/api/admin/tenants', {
    company_name: subdomain,
    subdomain: name,
    email,
    phone: '1234567890',
    subscription_plan: 'basic',
    admin_password: password,
  });
  const user = await anybody.post('/api/auth/login', { subdomain: name, email, password });
  return httpCompanyClient(TEST_API_URL, user.data.token);
}
