import type { Answer } from '../http.js';
import type { Lane } from '../matrix/lane.js';
import { older } from '../matrix/older-schema.js';
import { until } from '../process.js';
import { type Action, type Company, expected, newCompany } from './model.js';

export interface Move {
  company: number;
  action: Action;
  /** another one for the same company, sent at the same moment */
  collides: Action | null;
  plan: string;
  /** milliseconds before the next move */
  pauseMs: number;
}

interface Asked {
  action: Action;
  plan: string;
  answer: Answer;
}

const HISTORY_SHOWN = 12;
const OPERATION_MAX_MS = 120_000;

/** Plays moves against a platform and keeps a model of it; a difference between the two is an error with both in it. */
export class Player {
  readonly companies: Company[];
  /** accepted and refused, by action and code */
  readonly counts = new Map<string, number>();
  private readonly history: string[] = [];
  private rollout?: { id: string; company: Company };

  constructor(
    private readonly lane: Lane,
    count: number,
  ) {
    this.companies = Array.from({ length: count }, (_, index) => newCompany(`co${index}`));
  }

  async play({ company: index, action, collides, plan }: Move): Promise<void> {
    const company = this.companies[index % this.companies.length]!;
    const actions = collides && company.id ? [action, collides] : [action];
    const asked = await Promise.all(
      actions.map(async (each) => ({ action: each, plan, answer: await this.send(company, each, plan) })),
    );
    for (const { action: each, answer } of asked) this.count(`${each} ${answer.body?.code ?? answer.status}`);
    const told = asked
      .map(({ action: each, answer }) => `${each}: ${answer.status} ${said(answer)}`)
      .join(', and at once ');
    this.history.push(`${company.subdomain} ${told}`);
    try {
      const after = await this.explained(company, asked);
      if (!after.atWork) delete company.atWork;
      Object.assign(company, after);
    } catch (error) {
      const own = this.history.filter((line) => line.startsWith(`${company.subdomain} `)).slice(-HISTORY_SHOWN);
      const operations = await this.lane.platform.sql(
        `SELECT id, kind, status, step, attempts, created_at, started_at, finished_at FROM tenant_operations
          WHERE tenant_id = ? ORDER BY created_at`,
        [company.id],
      );
      const rows = operations.map((row) => JSON.stringify(row));
      throw new Error([(error as Error).message, ...own, ...rows].join('\n'), { cause: error });
    }
  }

  /** Makes the company's schema one of the release before, and asks for a rollout that brings it back. */
  async migrate(index: number): Promise<void> {
    const company = this.companies[index % this.companies.length]!;
    await this.settle(company);
    await this.settleRollout();
    if (company.status !== 'active' && company.status !== 'suspended') return;
    const [{ db_name: dbName }] = (await this.lane.platform.sql<{ db_name: string }>(
      'SELECT db_name FROM tenant_master WHERE id = ?',
      [company.id],
    )) as [{ db_name: string }];
    await older(this.lane, { id: company.id!, dbName } as never);
    company.schema = 'old';
    const { status, text, body } = await this.lane.platform.admin.post('/api/admin/rollouts', {
      tenant_ids: [company.id],
    });
    if (status !== 202) throw new Error(`rollout for ${company.subdomain}: ${status} ${text}`);
    this.rollout = { id: body.data.rollout.id, company };
    this.count('migrate 202');
  }

  /** Waits for everything that is at work. */
  async settleAll(): Promise<void> {
    await this.settleRollout();
    for (const company of this.companies) await this.settle(company);
  }

  private async settle(company: Company): Promise<void> {
    if (!company.atWork) return;
    Object.assign(company, ended(company, await this.endOf(company.atWork.id)));
    delete company.atWork;
  }

  private async settleRollout(): Promise<void> {
    if (!this.rollout) return;
    const { id, company } = this.rollout;
    this.rollout = undefined;
    const { admin } = this.lane.platform;
    const rollout = await until(
      async () => {
        const found = (await admin.get(`/api/admin/rollouts/${id}`)).body.data.rollout;
        return found.status !== 'running' && found;
      },
      `rollout ${id} ends`,
      OPERATION_MAX_MS,
    );
    if (rollout.status !== 'succeeded') throw new Error(`the rollout is ${rollout.status}: ${JSON.stringify(rollout)}`);
    const [row] = (await admin.get(`/api/admin/rollouts/${id}/tenants`)).body.data.tenants;
    if (row.status === 'done') company.schema = 'new';
    else if (row.status !== 'skipped') throw new Error(`${company.subdomain} in the rollout: ${JSON.stringify(row)}`);
  }

  /** The company after these answers, if one of their orders explains them. */
  private async explained(company: Company, asked: readonly Asked[]): Promise<Company> {
    const orders = asked.length === 1 ? [asked] : [asked, asked.toReversed()];
    const complaints: string[] = [];
    for (const order of orders) {
      try {
        let after = { ...company };
        for (const each of order) after = await this.explainedOne(after, each);
        return after;
      } catch (error) {
        complaints.push((error as Error).message);
      }
    }
    throw new Error(complaints.join('\nor: '));
  }

  private async explainedOne(company: Company, { action, plan, answer }: Asked): Promise<Company> {
    const { status, body, text } = answer;
    const isCreation = action.startsWith('create');
    const what = `${action} of ${JSON.stringify(company)} was answered ${status} ${text}`;
    if (body?.code === 'operation_running') {
      if (status === 409 && body.operation_id === company.atWork?.id) return company;
      if (status === 409 && (await this.isOfRollout(body.operation_id, company))) return company;
      throw new Error(`${what}; that operation is not known to be at work on it`);
    }
    let now = company;
    if (company.atWork) {
      // a subdomain is taken while a company is made and until it is gone for good
      if (isCreation && body?.code === 'subdomain_taken') return company;
      now = ended(company, await this.operation(company.atWork.id));
    }
    const wanted = expected(now, action, plan);
    if ('refused' in wanted) {
      if (status === 409 && body.code === wanted.refused) return now;
      throw new Error(`${what}, not 409 ${wanted.refused}`);
    }
    const id = isCreation ? body?.data?.tenant?.id : now.id;
    if (wanted.at === 'end') {
      if (status !== 202) throw new Error(`${what}, not 202`);
      return { ...now, id, atWork: { id: body.data.operation.id, afterwards: wanted.accepted } };
    }
    if (status !== 200 && status !== 201) throw new Error(`${what}, not 200 or 201`);
    return { ...now, ...wanted.accepted, id };
  }

  private async isOfRollout(operationId: string, company: Company): Promise<boolean> {
    const { kind, tenant_id } = await this.operation(operationId);
    return kind === 'migrate_tenant' && tenant_id === company.id;
  }

  private async operation(id: string) {
    return (await this.lane.platform.admin.get(`/api/admin/operations/${id}`)).body.data.operation;
  }

  private endOf(id: string) {
    return until(
      async () => {
        const operation = await this.operation(id);
        return operation.finished_at && operation;
      },
      `operation ${id} ends\n${this.lane.platform.worker!.output.slice(-2_000)}`,
      OPERATION_MAX_MS,
    );
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  private send({ subdomain, id = 'nobody' }: Company, action: Action, plan: string): Promise<Answer> {
    const { admin } = this.lane.platform;
    const tenant = `/api/admin/tenants/${id}`;
    switch (action) {
      case 'create':
      case 'create_queued':
        return admin.post('/api/admin/tenants', creation(subdomain), {
          headers: action === 'create' ? {} : { prefer: 'respond-async' },
        });
      case 'change_plan':
        return admin.put(tenant, { subscription_plan: plan });
      case 'delete':
        return admin.delete(tenant, { confirm: 'DELETE' });
      case 'purge':
        return admin.delete(`${tenant}?purge=true`, { confirm: 'DELETE', company_name: nameOf(subdomain) });
      case 'rotate_password':
        return admin.post(`${tenant}/rotate-password`);
      case 'rehearse':
        return admin.post('/api/admin/rollouts/rehearsals', { of_tenant: id });
      default:
        return admin.post(`${tenant}/${action}`);
    }
  }
}

/** The code of a refusal, or the id of the operation that was accepted. */
const said = ({ body }: Answer) => body?.code ?? body?.data?.operation?.id ?? '';

const nameOf = (subdomain: string) => `Company ${subdomain}`;

const creation = (subdomain: string) => ({
  company_name: nameOf(subdomain),
  subdomain,
  email: `admin@${subdomain}.example.com`,
  phone: '1234567890',
  subscription_plan: 'standard',
  admin_password: 'a company password',
});

/** After its operation, which must have ended well. */
function ended(company: Company, { id, kind, status, error }: Record<string, unknown>): Company {
  if (status !== 'succeeded')
    throw new Error(`${kind} ${id} of ${JSON.stringify(company)} is ${status}: ${JSON.stringify(error)}`);
  const { atWork, ...rest } = company;
  return { ...rest, ...atWork!.afterwards };
}
