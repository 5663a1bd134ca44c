import { RedisConnections } from '@finvera/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseList } from 'structured-headers';
import { RequestLimits } from './request-limits.js';
import { SharedAllowances } from './shared-allowances.js';

const open: RedisConnections[] = [];

/** A process of its own, as far as Redis is concerned. */
async function givenRedis(namespace: string, url = process.env.TEST_REDIS_URL!): Promise<RedisConnections> {
  const redis = new RedisConnections(url, namespace);
  open.push(redis);
  const { commands } = redis;
  if (url === process.env.TEST_REDIS_URL) await new Promise((resolve) => commands.once('ready', resolve));
  return redis;
}

afterAll(() => {
  for (const redis of open) redis.onModuleDestroy();
});

/** Spends as many as it gets. */
async function spend(allowances: SharedAllowances, key: string, limit: number, wanted: number): Promise<number> {
  for (let got = 0; got < wanted; got += 1) {
    const allowance = allowances.of(key, limit, performance.now());
    while (allowance.inHand === 0 && !allowance.exhausted) await allowances.refill(allowance);
    if (allowance.exhausted) return got;
    allowance.inHand -= 1;
  }
  return wanted;
}

describe('allowances that processes share', () => {
  it.each([7, 100, 1_234])('of %i a window three processes together get exactly that many', async (limit) => {
    const namespace = randomUUID();
    const processes = await Promise.all(
      Array.from({ length: 3 }, async () => new SharedAllowances(await givenRedis(namespace), 'test', 60)),
    );
    const got = [0, 0, 0];
    for (let more = true; more; ) {
      const round = await Promise.all(processes.map((one) => spend(one, 'key', limit, 1)));
      round.forEach((points, index) => {
        got[index]! += points;
      });
      more = round.some((points) => points > 0);
    }
    expect(got.reduce((sum, points) => sum + points)).toBe(limit);
    expect(got.every((points) => points > 0)).toBe(true);
  });

  it('asks Redis once in a hundred requests', async () => {
    const redis = await givenRedis(randomUUID());
    const allowances = new SharedAllowances(redis, 'test', 60);
    let asked = 0;
    const refill = allowances.refill.bind(allowances);
    allowances.refill = (allowance) => {
      asked += 1;
      return refill(allowance);
    };
    expect(await spend(allowances, 'key', 20_000, 1_000)).toBe(1_000);
    expect(asked).toBe(5);
  });

  it('begins anew with the next window', async () => {
    const allowances = new SharedAllowances(await givenRedis(randomUUID()), 'test', 1);
    expect(await spend(allowances, 'key', 3, 5)).toBe(3);
    await sleep(1_100);
    expect(await spend(allowances, 'key', 3, 5)).toBe(3);
  });

  it('another limit counts at once, and what was in hand goes back', async () => {
    const namespace = randomUUID();
    const [one, other] = [
      new SharedAllowances(await givenRedis(namespace), 'test', 60),
      new SharedAllowances(await givenRedis(namespace), 'test', 60),
    ];
    expect(await spend(one, 'key', 1_000, 2)).toBe(2); // and has eight more in hand
    expect(await spend(one, 'key', 10, 100)).toBe(8);
    expect(await spend(one, 'key', 20, 100)).toBe(10);
    expect(await spend(other, 'key', 20, 100)).toBe(0);
  });

  it('without Redis each process counts for itself, and nobody waits', async () => {
    const redis = await givenRedis(randomUUID(), 'redis://127.0.0.1:1');
    const allowances = new SharedAllowances(redis, 'test', 60);
    const began = performance.now();
    expect(await spend(allowances, 'key', 50, 100)).toBe(50);
    expect(performance.now() - began).toBeLessThan(400);
    expect(allowances.isShared).toBe(false);
  });

  it('remembers a bounded number of keys', async () => {
    const allowances = new SharedAllowances(await givenRedis(randomUUID()), 'test', 60);
    for (let key = 0; key < 25_000; key += 1) allowances.of(`key ${key}`, 10, performance.now());
    expect(allowances.keys).toBe(20_000);
  });
});

describe('limits of requests', () => {
  const givenLimits = async (userRequestsPerMinute: number) =>
    new RequestLimits(await givenRedis(randomUUID()), { enabled: true, userRequestsPerMinute });

  it('answers carry policy and state as structured fields', async () => {
    const limits = await givenLimits(500);
    const requester = { tenantId: 'acme', tenantLimit: 1_000, userId: '7' };
    await limits.admit(requester);
    const { policy, state, refusal } = await limits.admit(requester);
    expect(refusal).toBeUndefined();
    expect(parseList(policy).map(([name, parameters]) => [name, Object.fromEntries(parameters)])).toEqual([
      ['company', { q: 1_000, w: 60 }],
      ['user', { q: 500, w: 60 }],
    ]);
    expect(parseList(state).map(([name, parameters]) => [name, Object.fromEntries(parameters)])).toEqual([
      ['company', { r: 998, t: 60 }],
      ['user', { r: 498, t: 60 }],
    ]);
  });

  it('a loud user is refused before the company is; others of the company go on', async () => {
    const limits = await givenLimits(3);
    const admit = (userId: string) => limits.admit({ tenantId: 'acme', tenantLimit: 5, userId });
    const loud = [];
    for (let request = 0; request < 10; request += 1) loud.push(await admit('loud'));
    expect(loud.filter(({ refusal }) => refusal)).toHaveLength(7);
    expect(loud.at(-1)!.refusal).toMatchObject({ code: 'rate_limited', status: 429, retryAfterSeconds: 60 });
    expect((await admit('quiet')).refusal).toBeUndefined();
    expect((await admit('quiet')).refusal).toBeUndefined();
    expect((await admit('quiet')).refusal?.message).toMatch(/this company: 5 a minute/);
    expect(limits.stats().refused).toEqual({ company: 1, user: 7 });
  });

  it('of a hundred requests at once no more are admitted than the limit says', async () => {
    const limits = await givenLimits(1_000);
    const admissions = await Promise.all(
      Array.from({ length: 100 }, () => limits.admit({ tenantId: 'acme', tenantLimit: 30, userId: '7' })),
    );
    expect(admissions.filter(({ refusal }) => !refusal)).toHaveLength(30);
  });

  it('people of the platform have their own limit alone', async () => {
    const limits = await givenLimits(10);
    expect(await limits.admit({ userId: 'admin' })).toMatchObject({ policy: '"user";q=10;w=60' });
  });
});
