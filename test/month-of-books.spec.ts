import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADMIN, givenPlatform, type Platform } from './support/platform.js';

/** Pages whose commands are tried; each makes a company of its own. */
const PAGES = ['a-month-of-books.md', 'import.md'];
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BETWEEN = '=== next block ===';
/** What `npm run -s env` says of a platform that `npm start` runs. */
const ENVIRONMENT = 'eval "$(npm run -s env)"';

interface Block {
  commands: string;
  prints: string;
}

/** Blocks of commands, each with what is printed below it. */
function readBlocks(page: string): Block[] {
  const blocks = [...page.matchAll(/```bash\n([\s\S]*?)```\s+```text\n([\s\S]*?)```/g)];
  return blocks.map(([, commands, prints]) => ({ commands: commands!, prints: prints! }));
}

describe('Pages of docs/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'finvera-month-'));
  let platform: Platform;

  beforeAll(async () => {
    platform = await givenPlatform();
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(PAGES)(
    '%s: prints what stands there when its commands are pasted',
    async (name) => {
      const page = readFileSync(join(ROOT, 'docs', name), 'utf8');
      const blocks = readBlocks(page);
      expect(blocks).toHaveLength(page.match(/```bash/g)!.length);
      const script = blocks.map(({ commands }) => `${commands}\necho '${BETWEEN}'`).join('\n');
      expect(script).toContain(ENVIRONMENT);
      const printed = await bash(script.replace(ENVIRONMENT, ''), folder, {
        API_URL: `http://127.0.0.1:${platform.port}`,
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
        EXAMPLES: join(ROOT, 'docs/examples'),
      });
      const answers = printed.split(`${BETWEEN}\n`).slice(0, -1);
      expect(answers.map((answer, index) => ({ index, answer }))).toEqual(
        blocks.map(({ prints }, index) => ({ index, answer: prints })),
      );
    },
    60_000,
  );
});

function bash(script: string, cwd: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-s'], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.on('error', reject).on('close', () => resolve(out));
    child.stdin.end(script);
  });
}
