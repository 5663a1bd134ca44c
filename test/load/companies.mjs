import { expectOk } from './platform.mjs';

const PASSWORD = 'a company password';
const AT_A_TIME = 4;

/**
 * @typedef {{ id: string, subdomain: string, dbName: string, host: string, email: string, password: string, token: string, mark: string, ledgerId: string }} Company
 */

/** Stands in every row that a company makes, with the company's own name in it: no row can be taken for another's. */
const markOf = (subdomain) => `Marked ${subdomain}`;
const MARKS = /Marked ([a-z0-9]+)/g;

/** Names of other companies whose rows stand in a text. */
export const foreignMarks = (text, { subdomain }) =>
  [...text.matchAll(MARKS)].map(([, name]) => name).filter((name) => name !== subdomain);

/**
 * Companies made by POST /api/admin/tenants, each with a marked name, a marked ledger and a marked voucher.
 * @param {{ call: Function }} api
 * @param {{ token: string, count: number, prefix: string, onProgress?: (made: number) => void }} options
 * @returns {Promise<Company[]>}
 */
export async function makeCompanies(api, { token, count, prefix, onProgress = () => undefined }) {
  const companies = new Array(count);
  let next = 0;
  let made = 0;
  const maker = async () => {
    while (next < count) {
      const index = next++;
      companies[index] = await makeCompany(api, token, `${prefix}${index}`);
      made += 1;
      onProgress(made);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, maker));
  return companies;
}

async function makeCompany(api, token, subdomain) {
  const mark = markOf(subdomain);
  const email = `admin@${subdomain}.example.com`;
  const host = `${subdomain}.localhost`;
  const created = await api.call({
    method: 'POST',
    path: '/api/admin/tenants',
    token,
    body: {
      company_name: mark,
      subdomain,
      email,
      phone: '1234567890',
      subscription_plan: 'standard',
      admin_password: PASSWORD,
    },
  });
  const { tenant } = expectOk(created, `creating ${subdomain}`);
  const session = await api.call({
    method: 'POST',
    path: '/api/auth/login',
    host,
    body: { email, password: PASSWORD },
  });
  const company = {
    id: tenant.id,
    subdomain,
    dbName: tenant.db_name,
    host,
    email,
    password: PASSWORD,
    token: expectOk(session, `signing in to ${subdomain}`).token,
    mark,
  };
  const ledger = { name: mark, group: 'Capital Account' };
  const answer = await api.call({ method: 'POST', path: '/api/ledgers', host, token: company.token, body: ledger });
  company.ledgerId = expectOk(answer, `marking ${subdomain}`).ledger.id;
  expectOk(await api.call(voucherCall(company, 0)), `posting in ${subdomain}`);
  return company;
}

/** A marked voucher; its number among the company's vouchers stands in the narration. */
export const voucherCall = ({ host, token, mark }, number) => ({
  method: 'POST',
  path: '/api/vouchers',
  host,
  token,
  body: {
    voucher_type: 'Journal',
    date: '2026-11-24',
    narration: `${mark} #${number}`,
    entries: [
      { ledger: 'Cash', debit: '5.00' },
      { ledger: mark, credit: '5.00' },
    ],
  },
});
