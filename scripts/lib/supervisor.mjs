import { tail } from './processes.mjs';
import { say, Stop } from './say.mjs';
import { isEnding } from './started.mjs';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const DEATHS_MAX = 10;
const DEATHS_WINDOW_MS = 60_000;

/**
 * Keeps processes running: one that dies is started again, after a pause that doubles up to five seconds. Ten deaths
 * within a minute are too many.
 */
export class Supervisor {
  #members = new Map();
  #giveUp;
  #onChange;

  /** @param {{ onChange: () => void, giveUp: (reason: Error) => void }} options */
  constructor({ onChange, giveUp }) {
    this.#onChange = onChange;
    this.#giveUp = giveUp;
  }

  /**
   * @template {import('./processes.mjs').Running} R
   * @param {string} name
   * @param {() => Promise<R> | R} start
   * @returns {Promise<R>}
   */
  async keep(name, start) {
    const member = { name, start, running: await start(), deaths: [] };
    this.#members.set(name, member);
    this.#watch(member);
    this.#onChange();
    return member.running;
  }

  /** name → pid of what runs now */
  pids() {
    return Object.fromEntries([...this.#members].map(([name, { running }]) => [name, running.pid]));
  }

  /** How often a member has died within the last minute. */
  deaths(name) {
    return this.#members.get(name)?.deaths.length ?? 0;
  }

  /** Ends all of them, those of a group together, one group after another. @param {readonly string[][]} groups */
  async stopAll(groups) {
    for (const group of groups) await Promise.all(group.map((name) => this.#members.get(name)?.running.stop()));
  }

  #watch(member) {
    const { child, hasEnded } = member.running;
    const died = () => void this.#restart(member).catch(this.#giveUp);
    child.ref();
    if (hasEnded()) died();
    else child.once('exit', died);
  }

  async #restart(member) {
    if (isEnding()) return;
    const { name, running, start } = member;
    const { child, log } = running;
    const now = performance.now();
    member.deaths = [...member.deaths.filter((at) => now - at < DEATHS_WINDOW_MS), now];
    if (member.deaths.length >= DEATHS_MAX)
      throw new Stop(
        `${name} ended ${DEATHS_MAX} times within a minute; giving up. The end of its log, ${log}:\n${tail(log)}`,
      );
    say(`  ! ${name} ended (${child.signalCode ?? `exit code ${child.exitCode}`}); starting it again`);
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(member.deaths.length)));
    if (isEnding()) return;
    try {
      member.running = await start();
    } catch (error) {
      if (isEnding()) return;
      say(`  ! ${name}: ${error.message}`);
      return this.#restart(member);
    }
    this.#onChange();
    this.#watch(member);
  }
}

/** Milliseconds to wait after so many deaths. */
export const pauseAfter = (deaths) => Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), LONGEST_PAUSE_MS);
