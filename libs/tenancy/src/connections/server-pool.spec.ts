import { CircuitBreaker } from './circuit-breaker.js';
import { type PoolableConnection, ServerPool, type TenantShare } from './server-pool.js';

class FakeConnection implements PoolableConnection {
  ended = false;
  private readonly listeners: (() => void)[] = [];

  on(_event: string, listener: () => void): void {
    this.listeners.push(listener);
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.ended = true;
  }

  breakDown(): void {
    for (const listener of this.listeners) listener();
  }
}

const LIMITS = { poolMax: 2, poolAcquireMs: 200, poolIdleMs: 60_000, poolQueueMax: 3, serverConnectionBudget: 3 };

function givenPool(limits: Partial<typeof LIMITS> = {}) {
  const opened: FakeConnection[] = [];
  const pool = new ServerPool<FakeConnection>({ ...LIMITS, ...limits });
  const share = () =>
    pool.share(async () => {
      const connection = new FakeConnection();
      opened.push(connection);
      return connection;
    });
  return { pool, share, opened };
}

const settledOrder = async (...acquisitions: [string, Promise<unknown>][]) => {
  const order: string[] = [];
  for (const [name, acquisition] of acquisitions)
    void acquisition.then(
      () => order.push(name),
      () => undefined,
    );
  await new Promise((resolve) => setTimeout(resolve, 20));
  return order;
};

describe('ServerPool', () => {
  it('opens no connection before it is asked for, and uses an idle one again', async () => {
    const { share, opened } = givenPool();
    const acme = share();
    expect(opened).toHaveLength(0);
    (await acme.acquire()).release();
    (await acme.acquire()).release();
    expect(opened).toHaveLength(1);
    expect(acme.stats()).toEqual({ open: 1, idle: 1, waiting: 0 });
  });

  it('a tenant gets no more than its maximum; who waits longer than the deadline is refused with 503', async () => {
    const { share } = givenPool();
    const acme = share();
    await acme.acquire();
    await acme.acquire();
    await expect(acme.acquire()).rejects.toMatchObject({
      status: 503,
      code: 'tenant_pool_exhausted',
      retryAfterSeconds: 1,
    });
    expect(acme.stats().waiting).toBe(0);
  });

  it('the queue has a limit', async () => {
    const { share } = givenPool({ poolQueueMax: 1, poolMax: 1 });
    const acme = share();
    await acme.acquire();
    const waiting = acme.acquire();
    await expect(acme.acquire()).rejects.toMatchObject({ code: 'tenant_pool_exhausted' });
    await expect(waiting).rejects.toMatchObject({ code: 'tenant_pool_exhausted' });
  });

  it('a loud tenant does not starve a quiet one: free places go round', async () => {
    const { share } = givenPool({ poolMax: 3, poolQueueMax: 100 });
    const [loud, quiet] = [share(), share()];
    const held = await Promise.all([loud.acquire(), loud.acquire(), loud.acquire()]);
    const loudWaits = Array.from({ length: 50 }, () => loud.acquire());
    for (const wait of loudWaits) wait.catch(() => undefined);
    const quietWait = quiet.acquire();
    held[0]!.release();
    held[1]!.release();
    expect(await settledOrder(['quiet', quietWait], ['loud 30', loudWaits[30]!])).toEqual(['quiet']);
  });

  it('when the budget is spent, the connection that was idle longest makes room', async () => {
    const { pool, share, opened } = givenPool();
    const shares = [share(), share(), share(), share()];
    for (const one of shares.slice(0, 3)) (await one.acquire()).release();
    await shares[3]!.acquire();
    expect(opened.map(({ ended }) => ended)).toEqual([true, false, false, false]);
    expect(pool.stats()).toMatchObject({ open: 3, budget: 3 });
  });

  it('a connection that broke down is not handed out again', async () => {
    const { share, opened } = givenPool();
    const acme = share();
    (await acme.acquire()).release();
    opened[0]!.breakDown();
    expect((await acme.acquire()).connection).toBe(opened[1]);
  });

  it('a closed share ends its idle connections at once and the others when they come back', async () => {
    const { pool, share, opened } = givenPool();
    const acme = share();
    const [first, second] = [await acme.acquire(), await acme.acquire()];
    first.release();
    acme.close();
    expect(opened.map(({ ended }) => ended)).toEqual([true, false]);
    second.release();
    expect(opened.map(({ ended }) => ended)).toEqual([true, true]);
    expect(pool.stats().open).toBe(0);
    await expect(acme.acquire()).rejects.toMatchObject({ status: 503 });
  });

  it('releasing twice gives the place back once', async () => {
    const { share } = givenPool();
    const acme = share();
    const checkout = await acme.acquire();
    checkout.release();
    checkout.release();
    expect(acme.stats()).toEqual({ open: 1, idle: 1, waiting: 0 });
  });

  it('a dead server is left alone after three failures: the next ones are refused at once', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    let tried = 0;
    const pool = new ServerPool<FakeConnection>(LIMITS);
    const acme: TenantShare<FakeConnection> = pool.share(async () => {
      tried += 1;
      throw refused;
    });
    for (let time = 0; time < 10; time += 1)
      await expect(acme.acquire()).rejects.toMatchObject({ status: 503, code: 'tenant_database_unavailable' });
    expect(tried).toBe(3);
  });
});

describe('CircuitBreaker', () => {
  it('lets one attempt through after its pause, and heals with a success', () => {
    let now = 0;
    const breaker = new CircuitBreaker(() => now);
    for (let failure = 0; failure < 3; failure += 1) breaker.failed();
    expect(breaker.allows()).toBe(false);
    now = 251;
    expect(breaker.allows()).toBe(true);
    expect(breaker.allows()).toBe(false);
    breaker.succeeded();
    expect(breaker.allows()).toBe(true);
    expect(breaker.isOpen).toBe(false);
  });
});
