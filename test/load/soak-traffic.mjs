import { setTimeout as sleep } from 'node:timers/promises';
import { ask, isExpected, pick, randomKind } from './traffic.mjs';

const PAUSE_MAX_MS = 30;

/**
 * Clients that ask at random and judge each answer: right, or a refusal for which there is a reason in the log.
 */
export function soakTraffic({ apis, companies, state, log, clients, servers }) {
  const faults = [];
  /** what was answered → how often @type {Map<string, number>} */
  const answers = new Map();
  let requests = 0;
  let stopped = false;

  const client = async () => {
    while (!stopped) {
      await sleep(Math.random() * PAUSE_MAX_MS);
      const company = pick(companies);
      const name = randomKind();
      const time = { startMs: performance.now(), endMs: 0 };
      requests += 1;
      const outcome = await ask(pick(apis), name, company, state).catch((error) => ({ error }));
      time.endMs = performance.now();
      const said = outcome.answer ? `${outcome.answer.status} ${outcome.answer.code ?? ''}`.trim() : 'none';
      answers.set(said, (answers.get(said) ?? 0) + 1);
      const fault = judge(name, company, outcome, time);
      if (fault) faults.push(`${name} of ${company.subdomain} (${servers.serverOf(company)}): ${fault}`);
    }
  };

  const judge = (name, company, { error, answer, foreign, wrong }, time) => {
    if (error) return `no answer: ${error.message}`;
    if (foreign.length > 0) return `rows of ${foreign.slice(0, 3)}`;
    if (wrong) return wrong;
    const told = `${answer.status} ${answer.text.slice(0, 300)}`;
    const good = answer.status < 300 || isExpected(name, answer);
    if (good && log.mustBeSuspended(company.id, time) && name !== 'wrong host') return `served while suspended: ${told}`;
    if (good) return undefined;
    if (answer.code === 'tenant_suspended' && answer.status === 403 && log.mayBeSuspended(company.id, time)) return undefined;
    const away = ['tenant_database_unavailable', 'database_unavailable', 'tenant_pool_exhausted'];
    if (answer.status === 503 && away.includes(answer.code) && log.wasDown(servers.neededBy(company), time)) return undefined;
    return `refused without a reason: ${told}`;
  }; // biome-ignore format: read as a list

  return {
    faults,
    answers,
    requests: () => requests,
    /** Asks for as long as the work goes on, and until the last answer is there. */
    async during(work) {
      stopped = false;
      const all = Array.from({ length: clients }, client);
      try {
        await work();
      } finally {
        stopped = true;
        await Promise.all(all);
      }
    },
  };
}
