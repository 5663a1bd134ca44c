import { say, Stop } from './say.mjs';
import { end } from './processes.mjs';

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
  #stopping = false;
  #giveUp;
  #onChange;

  /** @param {{ onChange: () => void, giveUp: (reason: Stop) => void }} options */
  constructor({ onChange, giveUp }) {
    this.#onChange = onChange;
    this.#giveUp = giveUp;
  }

  /**
   * @param {string} name
   * @param {() => Promise<{ child: import('node:child_process').ChildProcess, stop: () => Promise<void> }>} start
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
    return Object.fromEntries([...this.#members].map(([name, { running }]) => [name, running.child.pid]));
  }

  /** Ends all of them, the last started first. */
  async stopAll() {
    this.#stopping = true;
    for (const { running } of [...this.#members.values()].reverse()) await running.stop();
  }

  #watch(member) {
    const { child } = member.running;
    const died = () => void this.#restart(member).catch((error) => this.#giveUp(error));
    if (child.exitCode !== null || child.signalCode !== null) died();
    else child.once('exit', died);
  }

  async #restart(member) {
    if (this.#stopping) return;
    const now = performance.now();
    member.deaths = [...member.deaths.filter((at) => now - at < DEATHS_WINDOW_MS), now];
    if (member.deaths.length > DEATHS_MAX)
      throw new Stop(
        `${member.name} ended ${member.deaths.length} times within a minute; giving up. Its log says why.`,
      );
    say(
      `  ! ${member.name} ended (${member.running.child.signalCode ?? `exit code ${member.running.child.exitCode}`}); starting it again`,
    );
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (member.deaths.length - 1), LONGEST_PAUSE_MS);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (this.#stopping) return;
    try {
      member.running = await member.start();
    } catch (error) {
      say(`  ! ${member.name}: ${error.message}`);
      return this.#restart(member);
    }
    if (this.#stopping) return member.running.stop();
    this.#onChange();
    this.#watch(member);
  }
}

/** What stopping a Node process of ours means. */
export const stopChild = (child) => async () => end(child.pid);
