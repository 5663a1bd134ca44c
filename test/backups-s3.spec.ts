import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { existsSync } from 'node:fs';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const PATIENCE_MS = 180_000;
const BUCKET = 'finvera-backups';

/** Backups in a bucket, on a server that is there and then is not. */
describe('with BACKUP_S3_BUCKET', () => {
  let server: FauxqsServer;
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket(BUCKET);
    platform = await givenPlatform({
      env: {
        RECONCILE_EVERY_MS: '200',
        BACKUP_S3_BUCKET: BUCKET,
        S3_ENDPOINT: `http://127.0.0.1:${server.port}`,
        S3_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: 'key',
        S3_SECRET_ACCESS_KEY: 'secret',
      },
    });
    acme = await platform.givenTenant();
  }, PATIENCE_MS);

  afterAll(async () => {
    await server.stop().catch(() => undefined);
  });

  async function ended(path: string, body?: object) {
    const { status, body: answer, text } = await platform.admin.post(`/api/admin/${path}`, body);
    expect([status, text]).toEqual([202, expect.any(String)]);
    return until(
      async () => {
        const { operation } = (await platform.admin.get(`/api/admin/operations/${answer.data.operation.id}`)).body.data;
        return !['queued', 'running', 'undoing'].includes(operation.status) && operation;
      },
      `${path} ends\n${platform.worker!.output.slice(-1_500)}`,
    );
  }

  const backups = async () => (await platform.admin.get(`/api/admin/tenants/${acme.id}/backups`)).body.data.backups;

  it(
    'backups are written there, proved, restored and removed; a server that is away leaves nothing',
    async () => {
      expect(await ended(`tenants/${acme.id}/backups`)).toMatchObject({ status: 'succeeded' });
      const [{ id }] = await backups();
      expect((await ended(`backups/${id}/verify`)).result).toMatchObject({ verified: true });
      expect(await ended(`backups/${id}/restore`, { mode: 'replace' })).toMatchObject({ status: 'succeeded' });
      expect(await acme.user.get('/api/ledgers')).toMatchObject({ status: 200 });
      await platform.cli('master', 'backup');
      const listed = platform.startCli('master', 'backups', '--json');
      expect([(await listed.ended).code, JSON.parse(listed.printed)]).toMatchObject([0, [{ companies: 1 }]]);
      const { findings } = (await platform.admin.get('/api/admin/census')).body.data.census;
      const files = findings.filter(({ kind }: { kind: string }) => /file|backup/.test(kind));
      expect(files).toEqual([]);
      expect(existsSync(platform.env.ARCHIVE_DIR!)).toBe(false);

      await server.stop();
      expect(await ended(`tenants/${acme.id}/backups`)).toMatchObject({
        status: 'undone',
        error: { code: 'object_store_unavailable' },
      });
      expect(await ended(`backups/${id}/restore`, { mode: 'replace' })).toMatchObject({ status: 'undone' });
      expect(await ended(`backups/${id}/verify`)).toMatchObject({ status: 'undone' }); // says nothing of the backup
      expect((await backups()).find((backup: { id: string }) => backup.id === id)).toMatchObject({
        status: 'verified',
      });
      expect(await acme.user.get('/api/ledgers')).toMatchObject({ status: 200 });
    },
    PATIENCE_MS,
  );
});
