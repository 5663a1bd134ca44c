import { foreignMarks, voucherCall } from './companies.mjs';

/**
 * @typedef {import('./companies.mjs').Company} Company
 * @typedef {import('./platform.mjs').Answer} Answer
 * @typedef {{ weight: number, call: (company: Company, state: State) => import('./platform.mjs').Call, expected?: { status: number, code: string }, rows?: (data: any) => string[] }} Kind
 * @typedef {{ others: readonly Company[], posted: Map<Company, { next: number, acknowledged: number[] }> }} State
 */

const as = ({ host, token }, path) => ({ path, host, token });

/** What is asked, how often, and which texts of the answer must carry the company's mark. @type {Record<string, Kind>} */
const KINDS = {
  'ledgers': { weight: 45, call: (company) => as(company, '/api/ledgers?search=Marked'), rows: (data) => data.ledgers.map(({ name }) => name) },
  'vouchers': { weight: 15, call: (company) => as(company, '/api/vouchers?limit=10'), rows: (data) => data.vouchers.map(({ narration }) => narration) },
  'trial balance': {
    weight: 4,
    call: (company) => as(company, '/api/reports/trial-balance?as_of=2026-11-30'),
    rows: (data) => data.trial_balance.rows.map(({ ledger }) => ledger).filter((name) => name !== 'Cash'),
  },
  'statement': { weight: 6, call: (company) => as(company, `/api/ledgers/${company.ledgerId}/statement?from=2026-11-01&to=2026-11-30&limit=10`), rows: (data) => data.statement.lines.map(({ narration }) => narration) },
  'settings': { weight: 10, call: (company) => as(company, '/api/settings/company'), rows: (data) => [data.company.company_name] },
  'post': {
    weight: 4,
    call: (company, { posted }) => voucherCall(company, posted.get(company).next++),
    rows: (data) => [data.voucher.narration],
  },
  'sign-in': {
    weight: 0.1,
    call: ({ host, email, password }) => ({ method: 'POST', path: '/api/auth/login', host, body: { email, password } }),
  },
  'wrong host': {
    weight: 7.9,
    call: (company, { others }) => ({ ...as(company, '/api/ledgers'), host: another(company, others).host }),
    expected: { status: 403, code: 'tenant_mismatch' },
  },
  'foreign id': {
    weight: 8,
    call: (company, { others }) => as(company, `/api/ledgers/${another(company, others).ledgerId}`),
    expected: { status: 404, code: 'ledger_not_found' },
  },
}; // biome-ignore format: a table

const TOTAL = Object.values(KINDS).reduce((sum, { weight }) => sum + weight, 0);

export const KIND_NAMES = Object.keys(KINDS);

export const newState = (companies) => ({
  others: companies,
  // number 0 is the voucher that marks a new company
  posted: new Map(companies.map((company) => [company, { next: 1, acknowledged: [0] }])),
});

export function randomKind() {
  let at = Math.random() * TOTAL;
  for (const [name, { weight }] of Object.entries(KINDS)) {
    at -= weight;
    if (at < 0) return name;
  }
  return KIND_NAMES[0];
}

export const pick = (list) => list[Math.floor(Math.random() * list.length)];

function another(company, others) {
  for (;;) {
    const other = pick(others);
    if (other !== company) return other;
  }
}

/**
 * One request of a company, and what its answer says.
 * @param {{ call: (call: import('./platform.mjs').Call) => Promise<Answer> }} api
 * @param {string} name of KIND_NAMES
 * @param {Company} company
 * @param {State} state
 * @returns {Promise<{ answer: Answer, rows: number, foreign: string[], wrong?: string }>} `rows`: marked rows in the
 *   answer; `foreign`: other companies' rows; `wrong`: a good status, but not the company's data. Rejects without an answer.
 */
export async function ask(api, name, company, state) {
  const kind = KINDS[name];
  const number = state.posted.get(company).next;
  const answer = await api.call(kind.call(company, state));
  const foreign = foreignMarks(answer.text, company);
  if (answer.status >= 300) return { answer, rows: 0, foreign };
  if (kind.expected) return { answer, rows: 0, foreign, wrong: 'was let in' };
  if (name === 'post') state.posted.get(company).acknowledged.push(number);
  if (name === 'sign-in') return { answer, rows: 0, foreign, wrong: tokenOf(answer, company) };
  const rows = kind.rows(answer.data);
  const unmarked = rows.filter((text) => !text?.startsWith(company.mark));
  const wrong = rows.length === 0 ? 'no row' : unmarked.length > 0 ? `unmarked: ${unmarked.slice(0, 3)}` : undefined;
  return { answer, rows: rows.length, foreign, wrong };
}

/** Whether a refusal is what this kind of request is for. */
export const isExpected = (name, { status, code }) =>
  KINDS[name].expected?.status === status && KINDS[name].expected.code === code;

function tokenOf({ data }, { id }) {
  const claims = JSON.parse(Buffer.from(data.token.split('.')[1], 'base64url').toString());
  return claims.tenant_id === id ? undefined : `a token of ${claims.tenant_id}`;
}

export const NARRATIONS = 'SELECT narration FROM ??.vouchers WHERE narration IS NOT NULL';

/**
 * Compares what each company's database holds with what was acknowledged.
 * @param {(company: Company) => Promise<{ narration: string }[]>} narrationsOf runs NARRATIONS on the company's server
 * @returns {Promise<{ stored: number, acknowledged: number, faults: string[] }>}
 */
export async function checkStored(state, narrationsOf) {
  const faults = [];
  let stored = 0;
  let acknowledged = 0;
  for (const [company, posted] of state.posted) {
    const rows = await narrationsOf(company);
    const counts = new Map();
    for (const { narration } of rows) {
      if (!narration.startsWith(`${company.mark} #`)) faults.push(`${company.subdomain} holds "${narration}"`);
      counts.set(narration, (counts.get(narration) ?? 0) + 1);
    }
    for (const [narration, count] of counts)
      if (count > 1) faults.push(`${company.subdomain} holds "${narration}" ${count} times`);
    for (const number of posted.acknowledged)
      if (!counts.has(`${company.mark} #${number}`)) faults.push(`${company.subdomain} lost voucher #${number}`);
    stored += rows.length;
    acknowledged += posted.acknowledged.length;
  }
  return { stored, acknowledged, faults };
}
