import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';

const PAGE = new URL('../docs/backup.md', import.meta.url);
const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Any backup, as the page names it. */
const EXAMPLE = '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f';
const PATIENCE_MS = 300_000;

/** Blocks of commands, in the order of the page. */
const blocksOf = (page: string): string[] =>
  [...page.matchAll(/^ *(?:\d\. )?```bash\n([\s\S]*?)^ *```/gm)].map(([, commands]) =>
    commands!.replaceAll(/^ +/gm, ''),
  );

describe('docs/backup.md', () => {
  let platform: Platform;
  let acme: GivenTenant;

  beforeAll(async () => {
    platform = await givenPlatform({ env: { RECONCILE_EVERY_MS: '200' } });
    acme = await platform.givenTenant('acme');
  }, PATIENCE_MS);

  it(
    'is followed from its beginning to its end',
    async () => {
      const page = readFileSync(PAGE, 'utf8');
      const blocks = blocksOf(page);
      expect(blocks).toHaveLength(page.match(/```bash/g)!.length);
      const printed: string[] = [];
      const other = `${platform.env.MASTER_DB_NAME}_2`;
      try {
        for (const block of blocks) {
          const [backup] = (await platform.admin.get(`/api/admin/tenants/${acme.id}/backups`)).body.data.backups;
          const commands = block.replaceAll(EXAMPLE, backup?.id).replaceAll('finvera_master_2', other);
          // the server has companies of other tests, which the census finds
          const { code, out } = await bash(
            commands.replace('finvera census', 'finvera census || [ $? = 2 ]'),
            platform.env,
          );
          expect([commands, code, out]).toEqual([commands, 0, expect.any(String)]);
          printed.push(out);
        }
        const said = printed.join('\n');
        expect(said).toMatch(/acme-\d{8}-\d{4}/); // the copy
        expect(said).toMatch(/companies +1\n/); // of the master that was restored: the copy was made after its backup
        expect(await acme.user.get('/api/ledgers')).toMatchObject({ status: 200 });
      } finally {
        await platform.sql(`DROP DATABASE IF EXISTS ${other}`);
      }
    },
    PATIENCE_MS,
  );
});

function bash(commands: string, env: Record<string, string>): Promise<{ code: number | null; out: string }> {
  const script = `set -e\nfinvera() { "${process.execPath}" dist/apps/cli/src/main.js "$@"; }\n${commands}`;
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-s'], { cwd: ROOT, env: { PATH: process.env.PATH, ...env } });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        out += data;
      });
    child.on('error', reject).on('close', (code) => resolve({ code, out }));
    child.stdin.end(script);
  });
}
