import { DomainError, RedisConnections } from '@finvera/common';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type Allowance, SharedAllowances } from './shared-allowances.js';

export interface RequestLimitsOptions {
  /** false: every request is admitted, for load tests */
  enabled: boolean;
  /** requests per minute of one user, whatever the company's plan */
  userRequestsPerMinute: number;
}

/** Who sends a request. */
export interface Requester {
  /** whose limit it counts against; absent for people of the platform */
  tenantId?: string;
  /** requests per minute of that tenant; absent: no limit */
  tenantLimit?: number | null;
  userId: string;
}

/** The answer's `RateLimit-Policy` and `RateLimit` fields, and the refusal when it is one. */
export interface Admission {
  policy: string;
  state: string;
  refusal?: DomainError;
}

const WINDOW_SECONDS = 60;
const POLICIES_MAX = 1_000;

/**
 * Requests per minute of each tenant (its plan's) and of each user. Fields as in draft-ietf-httpapi-ratelimit-headers-11:
 * lists of strings with parameters, `q` per `w` seconds, `r` left for `t` seconds.
 */
@Injectable()
export class RequestLimits implements OnModuleInit {
  private readonly logger = new Logger(RequestLimits.name);
  private readonly allowances: SharedAllowances;
  private readonly policies = new Map<number, string>();
  private readonly userPolicy: string;
  private readonly refused = { company: 0, user: 0 };

  constructor(
    redis: RedisConnections,
    private readonly options: RequestLimitsOptions,
  ) {
    this.allowances = new SharedAllowances(redis, 'requests', WINDOW_SECONDS);
    this.userPolicy = `"user";q=${options.userRequestsPerMinute};w=${WINDOW_SECONDS}`;
  }

  get enabled(): boolean {
    return this.options.enabled;
  }

  onModuleInit(): void {
    if (!this.enabled)
      this.logger.warn(
        'RATE_LIMITS=off: requests of companies and users are NOT limited. Meant for load tests; switch it on in production.',
      );
  }

  /** Counts a request. A promise only when this process has to take the next points from the shared count. */
  admit(requester: Requester): Admission | Promise<Admission> {
    const now = performance.now();
    const company = this.ofCompany(requester, now);
    const user = this.ofUser(requester, now);
    return isReady(company) && isReady(user) ? this.spend(company, user, now) : this.refill(requester);
  }

  stats() {
    return {
      enabled: this.enabled,
      shared: this.allowances.isShared,
      keys: this.allowances.keys,
      refused: { ...this.refused },
    };
  }

  private async refill(requester: Requester): Promise<Admission> {
    for (;;) {
      const now = performance.now();
      const company = this.ofCompany(requester, now);
      const user = this.ofUser(requester, now);
      if (user.exhausted) return this.refuse('user', user, company, user, now);
      if (company?.exhausted) return this.refuse('company', company, company, user, now);
      if (isReady(company) && isReady(user)) return this.spend(company, user, now);
      await Promise.all([
        isReady(company) ? undefined : this.allowances.refill(company!),
        isReady(user) ? undefined : this.allowances.refill(user),
      ]);
    }
  }

  private ofCompany({ tenantId, tenantLimit }: Requester, now: number): Allowance | undefined {
    return tenantId && tenantLimit ? this.allowances.of(tenantId, tenantLimit, now) : undefined;
  }

  private ofUser({ tenantId, userId }: Requester, now: number): Allowance {
    return this.allowances.of(`${tenantId ?? 'platform'}:${userId}`, this.options.userRequestsPerMinute, now);
  }

  private spend(company: Allowance | undefined, user: Allowance, now: number): Admission {
    if (company) company.inHand -= 1;
    user.inHand -= 1;
    return this.fields(company, user, now);
  }

  private refuse(
    who: 'company' | 'user',
    reached: Allowance,
    company: Allowance | undefined,
    user: Allowance,
    now: number,
  ) {
    this.refused[who] += 1;
    const seconds = reached.secondsLeft(now);
    const whose = who === 'company' ? 'this company' : 'this user';
    const refusal = new DomainError(
      'rate_limited',
      429,
      `Too many requests of ${whose}: ${reached.limit} a minute are allowed; try again in ${seconds} seconds.`,
      { retryAfterSeconds: seconds },
    );
    return { ...this.fields(company, user, now), refusal };
  }

  private fields(company: Allowance | undefined, user: Allowance, now: number): Admission {
    const userState = `"user";r=${user.remaining};t=${user.secondsLeft(now)}`;
    if (!company) return { policy: this.userPolicy, state: userState };
    return {
      policy: this.policyOf(company.limit),
      state: `"company";r=${company.remaining};t=${company.secondsLeft(now)}, ${userState}`,
    };
  }

  private policyOf(limit: number): string {
    let policy = this.policies.get(limit);
    if (policy === undefined) {
      policy = `"company";q=${limit};w=${WINDOW_SECONDS}, ${this.userPolicy}`;
      if (this.policies.size >= POLICIES_MAX) this.policies.clear();
      this.policies.set(limit, policy);
    }
    return policy;
  }
}

const isReady = (allowance: Allowance | undefined): boolean => allowance === undefined || allowance.inHand > 0;
