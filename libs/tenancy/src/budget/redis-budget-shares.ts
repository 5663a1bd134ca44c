import type { RedisConnections } from '@finvera/common';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { BudgetMember, BudgetMembership, BudgetShares } from './budget-shares.js';
import { CLAIM_SCRIPT } from './claim-script.js';
import { type Claimant, fairShares } from './fair-shares.js';

/** How often a process says what it needs, and hears what it may. */
const CLAIM_EVERY_MS = 500;
/** Without word from Redis for so long a process falls back to its safe share… */
const SILENCE_MAX_MS = 2_000;
/** …and after this the others divide among them what it held: also when it was killed. */
const LIVE_MS = 5_000;
/** A process that never heard of the others takes this part of the budget. */
const SAFE_PART = 1 / 8;
/** Until the budget is known: enough to find out. */
const LIMIT_AT_FIRST = 1;
/** Recent demand counts, a little less each time. */
const DEMAND_KEPT = 0.8;

interface Member {
  key: string;
  process: BudgetMember;
  /** what this process may open now */
  limit: number;
  wanted: number;
  demand: number;
  /** processes that were last heard of, this one included */
  processes?: number;
  heardAtMs: number;
  claiming?: Promise<void>;
}

/**
 * Divides servers' connections among the processes through Redis: twice a second each says what it uses and hears what
 * it may open. The sum stays within the budget, each has a guaranteed minimum, the rest goes where it is asked for. While
 * Redis is away each keeps to an equal share, and to what it had if that was less; one that starts then takes an eighth.
 */
export class RedisBudgetShares implements BudgetShares {
  private readonly id = randomUUID();
  private readonly members = new Set<Member>();
  private readonly logger = new Logger('BudgetShares');
  private timer?: NodeJS.Timeout;
  private warned = false;

  constructor(private readonly redis: RedisConnections) {}

  join(server: string, process: BudgetMember): BudgetMembership {
    const member: Member = {
      key: this.redis.named(`connections:${server}`),
      process,
      limit: 0,
      wanted: 0,
      demand: 0,
      heardAtMs: Number.NEGATIVE_INFINITY,
    };
    this.members.add(member);
    setLimit(member, LIMIT_AT_FIRST);
    this.timer ??= setInterval(() => this.claimAll(), CLAIM_EVERY_MS).unref();
    void this.claim(member);
    return {
      get processes() {
        return member.processes;
      },
      refresh: () => void this.claim(member),
      leave: () => this.leave(member),
    };
  }

  private claimAll(): void {
    for (const member of this.members) void this.claim(member);
  }

  private leave(member: Member): void {
    this.members.delete(member);
    if (this.redis.isReady) this.redis.commands.hdel(member.key, this.id).catch(() => undefined);
    if (this.members.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private claim(member: Member): Promise<void> {
    member.claiming ??= this.claimOnce(member).finally(() => {
      member.claiming = undefined;
    });
    return member.claiming;
  }

  private async claimOnce(member: Member): Promise<void> {
    const budget = member.process.budget();
    if (budget === undefined) return;
    member.demand = Math.max(member.process.demand(), member.demand * DEMAND_KEPT);
    if (!this.redis.isReady) {
      this.fallBack(member, budget);
      return;
    }
    try {
      await this.ask(member, budget);
      // what is to shrink is told at the next look, when connections have ended
      if (member.wanted > member.limit) await this.ask(member, budget);
      this.warned = false;
    } catch (error) {
      if (!this.warned) this.logger.warn({ msg: 'connections are not shared with other processes now', err: error });
      this.warned = true;
      this.fallBack(member, budget);
    }
  }

  private async ask(member: Member, budget: number): Promise<void> {
    const { process, wanted, limit, demand } = member;
    const askedAtMs = performance.now();
    const [granted, others] = (await this.redis.commands.eval(
      CLAIM_SCRIPT, 1, member.key,
      this.id, wanted, process.open(), limit, Math.ceil(demand), process.cap, budget, safeShare(budget), LIVE_MS,
    )) as [number, string]; // biome-ignore format: keys, then arguments
    const claimants = JSON.parse(others) as Claimant[];
    member.heardAtMs = askedAtMs;
    member.processes = claimants.length;
    member.wanted = fairShares(claimants, budget).get(this.id) ?? 0;
    // what is to be given up is not used from now on; it is given up when it is free
    setLimit(member, Math.min(granted, member.wanted));
  }

  private fallBack(member: Member, budget: number): void {
    const { processes, heardAtMs, limit } = member;
    if (processes === undefined) setLimit(member, safeShare(budget));
    else if (performance.now() - heardAtMs > SILENCE_MAX_MS)
      setLimit(member, Math.min(limit, Math.max(1, Math.floor(budget / processes))));
  }
}

const safeShare = (budget: number) => Math.max(1, Math.floor(budget * SAFE_PART));

function setLimit(member: Member, connections: number): void {
  const limit = Math.min(connections, member.process.cap);
  if (limit === member.limit) return;
  member.limit = limit;
  member.process.setLimit(limit);
}
