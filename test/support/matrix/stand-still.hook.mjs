// Preloaded (`node --import`) into the processes of the crash matrix: makes one of them stand still within a step of an
// operation until the test says go on. The product knows nothing of it: what is not preloaded is not there.
import { Connection } from 'mysql2';
import { AsyncLocalStorage } from 'node:async_hooks';
import childProcess from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationRunner } from '../../../dist/libs/provisioning/src/operations/operation-runner.js';
import { ServerLane } from '../../../dist/libs/provisioning/src/rollouts/server-lane.js';

const FOLDER = process.env.STAND_STILL_DIR;
const LOOK_EVERY_MS = 4;
const PROGRAMS_WITHOUT_CONNECTION = /(^|\/)zstd$/;
const CHANGES = /(^|;)\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|RENAME|GRANT|REVOKE|TRUNCATE|KILL|DO\b)/i;

const visits = new AsyncLocalStorage();

/** The plan for this step, taken so that no other process follows it too. */
function claim(kind, step) {
  const failing = join(FOLDER, `fail ${kind} ${step}.json`);
  if (existsSync(failing)) return { fail: JSON.parse(readFileSync(failing, 'utf8')).fail };
  const path = join(FOLDER, `plan ${kind} ${step}.json`);
  if (!existsSync(path)) return undefined;
  try {
    renameSync(path, `${path}.taken`);
  } catch {
    return undefined; // another process was faster
  }
  return JSON.parse(readFileSync(`${path}.taken`, 'utf8'));
}

/** Whoever comes to the step the next time follows the plan. */
function giveBack(kind, step) {
  const path = join(FOLDER, `plan ${kind} ${step}.json`);
  renameSync(`${path}.taken`, path);
}

function tell(name, content) {
  const path = join(FOLDER, name);
  writeFileSync(`${path}.part`, JSON.stringify(content));
  renameSync(`${path}.part`, path);
}

/** Says where it stands, and waits. @returns what the test said */
async function stand(plan, place, facts) {
  tell(`reached-${plan.id}-${place}.json`, { place, pid: process.pid, operation: plan.operation, ...facts });
  const go = join(FOLDER, `go-${plan.id}-${place}.json`);
  while (!existsSync(go)) await sleep(LOOK_EVERY_MS);
  return JSON.parse(readFileSync(go, 'utf8'));
}

async function visit(kind, step, operation, work) {
  const plan = claim(kind, step);
  if (plan) plan.operation = operation;
  if (plan?.fail === 'behind') {
    await work();
    throw new Error('made to fail by the test');
  }
  if (plan?.moment === 'begin') await stand(plan, 'begin', {});
  const seen = { plan, acts: [], changes: 0, fired: plan?.moment === 'begin' };
  const started = performance.now();
  let result;
  try {
    result = await visits.run(seen, work);
  } catch (error) {
    if (plan?.moment && !seen.fired) giveBack(kind, step); // it put itself off, for one
    throw error;
  }
  const ms = performance.now() - started;
  seen.over = true; // what the step has begun and nobody awaits is not of the step
  if (plan?.moment && !seen.fired) await stand(plan, 'end', {});
  if (!plan) appendFileSync(join(FOLDER, 'visits.jsonl'), `${JSON.stringify({ kind, step, ms, acts: seen.acts })}\n`);
  return result;
}

/** Whether this statement or program is the one to stand still at. */
function isChosen(seen, act) {
  if (seen.over) return false;
  seen.acts.push(act);
  if (act.changes) seen.changes += 1;
  const { plan } = seen;
  if (!plan || seen.fired || (plan.moment !== 'half' && !plan.fail)) return false;
  const here = plan.act === undefined ? act.changes : plan.act === seen.acts.length - 1;
  seen.fired = here;
  return here;
}

const lost = () =>
  Object.assign(new Error('Connection lost: The server closed the connection.'), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  });

const base = Object.getPrototypeOf(Connection.prototype);
const { addCommand } = base;
base.addCommand = function (command) {
  const seen = visits.getStore();
  if (!seen || typeof command.sql !== 'string' || !command.onResult) return addCommand.call(this, command);
  const act = { sql: command.sql.replace(/\s+/g, ' ').slice(0, 120), changes: CHANGES.test(command.sql) };
  if (!isChosen(seen, act)) return addCommand.call(this, command);
  const { plan } = seen;
  const facts = { sql: act.sql, connection: this.threadId };
  const { onResult } = command;
  let answered;
  const answer = new Promise((resolve) => {
    answered = resolve;
  });
  command.onResult = (...results) => answered(results);
  const send = () => {
    addCommand.call(this, command);
    return plan.fail ? { answer: 'lost' } : stand(plan, 'sent', facts);
  };
  void (plan.before ? stand(plan, 'before', facts).then(send) : Promise.resolve(send())).then(async (go) =>
    onResult.apply(command, go.answer === 'lost' ? [lost()] : await answer),
  );
  return command;
};

const { spawn } = childProcess;
childProcess.spawn = function (path, args, options) {
  const child = spawn.call(this, path, args, options);
  const seen = visits.getStore();
  if (!seen || args.includes('--version') || PROGRAMS_WITHOUT_CONNECTION.test(path)) return child;
  if (isChosen(seen, { program: path, changes: true })) {
    tell(`reached-${seen.plan.id}-program.json`, {
      place: 'program',
      pid: process.pid,
      operation: seen.plan.operation,
      program: child.pid,
    });
  }
  return child;
};
syncBuiltinESMExports();

const { traced } = OperationRunner.prototype;
OperationRunner.prototype.traced = function (job, name, work) {
  return traced.call(this, job, name, (context) => visit(job.kind.kind, name, job.operation.id, () => work(context)));
};

// a rollout does the work of its operations itself; the engine goes on with what that leaves
const { migrate } = ServerLane.prototype;
ServerLane.prototype.migrate = function (claimed, session) {
  const kind = this.work.rollout.status === 'rolling_back' ? 'revert_tenant' : 'migrate_tenant';
  return visit(kind, 'in a rollout', claimed.operationId, () => migrate.call(this, claimed, session));
};
