import { CircuitBreaker } from './circuit-breaker.js';
import { givenFakePool as givenPool } from './fake-connection.testing.js';
import { Presence } from '../presence/presence.js';
import { trackWaits } from '../presence/track-waits.js';

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

  it('the line of a loud tenant moves up one request in each turn of the event loop; a quiet tenant need not wait', async () => {
    const { share } = givenPool({ poolQueueMax: 10 });
    const [loud, quiet] = [share(), share()];
    (await quiet.acquire()).release();
    const held = await Promise.all([loud.acquire(), loud.acquire()]);
    let served = 0;
    for (let request = 0; request < 6; request += 1)
      void loud.acquire().then(({ release }) => {
        served += 1;
        release();
      });
    for (const { release } of held) release();
    for (let turns = 1; turns <= 6; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(served).toBe(turns);
      (await quiet.acquire()).release();
    }
  });

  it('who waits for a place is not overtaken by a tenant that gives its own back and asks again at once', async () => {
    const { share } = givenPool({ serverConnectionBudget: 1, poolMax: 1 });
    const [busy, patient] = [share(), share()];
    let given = 0;
    const work = async () => {
      for (; given < 100; given += 1) (await busy.acquire()).release();
    };
    const first = await busy.acquire();
    const waited = patient.acquire().then(({ release }) => {
      release();
      return given;
    });
    first.release();
    await Promise.all([work(), waited]);
    expect(await waited).toBeLessThanOrEqual(2);
  });

  it('when the budget is spent, the connection that was idle longest makes room', async () => {
    const { pool, share, opened } = givenPool();
    const shares = [share(), share(), share(), share()];
    for (const one of shares.slice(0, 3)) (await one.acquire()).release();
    await shares[3]!.acquire();
    expect(opened.map(({ state }) => state)).toEqual(['ended', 'open', 'open', 'open']);
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
    expect(opened.map(({ state }) => state)).toEqual(['ending', 'open']);
    second.release();
    expect(opened.map(({ state }) => state)).toEqual(['ending', 'ending']);
    await tick();
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
    const { share } = givenPool({}, async () => {
      tried += 1;
      throw refused;
    });
    const acme = share();
    for (let time = 0; time < 10; time += 1)
      await expect(acme.acquire()).rejects.toMatchObject({ status: 503, code: 'tenant_database_unavailable' });
    expect(tried).toBe(3);
  });

  it('a place is free when its connection has ended, not when it was told to', async () => {
    const { pool, share, opened } = givenPool({ serverConnectionBudget: 1 });
    const [acme, bolt] = [share(), share()];
    (await acme.acquire()).release();
    const waiting = bolt.acquire();
    expect(opened.map(({ state }) => state)).toEqual(['ending']);
    await waiting;
    expect(opened.map(({ state }) => state)).toEqual(['ended', 'open']);
    expect(pool.stats().open).toBe(1);
  });

  it('a smaller budget closes idle connections at once, and the others when they come back', async () => {
    const { pool, share, opened } = givenPool();
    const [acme, bolt] = [share(), share()];
    const held = [await acme.acquire(), await bolt.acquire()];
    (await acme.acquire()).release();
    pool.setBudget(1);
    expect(opened.map(({ state }) => state)).toEqual(['open', 'open', 'ending']);
    held[0]!.release();
    await tick();
    expect(pool.stats()).toMatchObject({ open: 1, budget: 1 });
    const waiting = acme.acquire();
    pool.setBudget(2);
    await waiting;
  });

  it('who leaves while they wait is refused at once, and their place in the queue is free', async () => {
    const { share } = givenPool({ poolMax: 1, poolAcquireMs: 60_000 });
    const acme = share();
    const held = await acme.acquire();
    const presences = [new Presence(), new Presence(), new Presence()];
    const waits = presences.map((presence) => trackWaits(presence, async () => acme.acquire()));
    presences[0]!.leave();
    presences[2]!.leave();
    await expect(waits[0]).rejects.toMatchObject({ code: 'client_gone' });
    await expect(waits[2]).rejects.toMatchObject({ code: 'client_gone' });
    expect(acme.stats().waiting).toBe(1);
    await expect(trackWaits(presences[0]!, () => acme.acquire())).rejects.toMatchObject({ code: 'client_gone' });
    held.release();
    expect((await waits[1])!.connection).toBe(held.connection);
    presences[1]!.leave();
  });

  it('who leaves while their connection is being opened leaves it to the next', async () => {
    const { share, opened } = givenPool({ poolMax: 1 }, () => new Promise((resolve) => setTimeout(resolve, 20)));
    const acme = share();
    const presence = new Presence();
    const first = trackWaits(presence, () => acme.acquire());
    const second = acme.acquire();
    presence.leave();
    await expect(first).rejects.toMatchObject({ code: 'client_gone' });
    await second;
    expect(opened).toHaveLength(1);
  });
});

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

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
