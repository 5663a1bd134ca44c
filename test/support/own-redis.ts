import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../scripts/lib/redis.mjs';

/** A Redis of the test's own, which it may kill and start again on the same port. */
export async function givenOwnRedis() {
  const dir = mkdtempSync(join(tmpdir(), 'finvera-redis-'));
  let redis = await startRedis({ dir, fast: true });
  const { url, port } = redis;
  return {
    url,
    kill: () => redis.kill(),
    /** Starts it again after a kill. */
    revive: async () => {
      redis = await startRedis({ dir, port, fast: true });
    },
    /** Ends it and takes its files away. */
    stop: async () => {
      await redis.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type OwnRedis = Awaited<ReturnType<typeof givenOwnRedis>>;
