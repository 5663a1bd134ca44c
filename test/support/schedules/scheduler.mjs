// A scheduler process whose clock runs fast: enqueues every tick of its schedules and works on them, beside others.
// Settings: MASTER_DB_*, SCHEDULES, TICKS, EVERY_MS, FIRST_TICK_MS, NAME. Prints what it did as JSON.
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { loadConfig } from '../../../dist/libs/common/src/index.js';
import { MasterConfig, masterDataSourceOptions } from '../../../dist/libs/master-data/src/index.js';
import { OperationLocks } from '../../../dist/libs/provisioning/src/operations/operation-locks.js';
import { EnqueueDueSchedules } from '../../../dist/libs/provisioning/src/schedules/enqueue-due-schedules.js';
import { RunSchedule } from '../../../dist/libs/provisioning/src/schedules/run-schedule.js';
import { ScheduleRounds } from '../../../dist/libs/provisioning/src/schedules/schedule-rounds.js';
import { ScheduleRuns } from '../../../dist/libs/provisioning/src/schedules/schedule-runs.js';
import { DataSource } from 'typeorm';

const { SCHEDULES, TICKS, EVERY_MS, FIRST_TICK_MS, NAME } = process.env;
Logger.overrideLogger(false);
const config = loadConfig(MasterConfig);
const master = await new DataSource(masterDataSourceOptions(config)).initialize();

const schedules = Array.from({ length: Number(SCHEDULES) }, (_, index) => ({
  name: `fast-${index}`,
  everyMs: Number(EVERY_MS),
  run: async () => {
    const { insertId } = await master.query('INSERT INTO done (schedule, process) VALUES (?, ?)', [
      `fast-${index}`,
      NAME,
    ]);
    await master.query('UPDATE done SET ended = 1 WHERE id = ?', [insertId]);
    return { done: insertId };
  },
}));

const locks = new OperationLocks(config);
const runs = new ScheduleRuns(master);
const enqueue = new EnqueueDueSchedules(schedules, runs);
const enqueueReal = enqueue.run.bind(enqueue);
let now = Number(FIRST_TICK_MS);
let enqueued = 0;
enqueue.since = new Date(now);
enqueue.run = async () => {
  enqueued += await enqueueReal(new Date(now));
  return enqueued;
};
const rounds = new ScheduleRounds(enqueue, runs, new RunSchedule(schedules, runs, locks));

for (let tick = 0; tick < Number(TICKS); tick += 1) {
  now = Number(FIRST_TICK_MS) + tick * Number(EVERY_MS);
  await rounds.look();
}
while ((await runs.unfinished()).length > 0) {
  await rounds.look();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await rounds.beforeApplicationShutdown();
await locks.onApplicationShutdown();
await master.destroy();
process.stdout.write(`${JSON.stringify({ enqueued })}\n`);
