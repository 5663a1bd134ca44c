import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { has, run } from './run.mjs';
import { step, Stop } from './say.mjs';

const NODE_MIN = [20, 19];

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]))
    throw new Stop(
      `Finvera needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org.`,
    );
}

/** npm packages as package-lock.json has them; nothing to do when it is the one that was installed last. */
export async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules/.finvera-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  await step('npm packages installed', () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: ROOT, what: 'npm ci' }),
  );
  writeFileSync(stamp, lock);
}

const DEBIAN = {
  mariadbd: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-client'],
  'redis-server': ['redis-server'],
};

/**
 * Debian's packages of the servers that are missing.
 * @param {readonly ('mariadbd' | 'redis-server')[]} programs
 */
export async function installServers(programs) {
  const missing = [];
  for (const program of programs) if (!(await has(program))) missing.push(program);
  if (missing.length === 0) return;
  const packages = missing.flatMap((program) => DEBIAN[program]);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const help = [
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not installed, and this user may not install ${missing.length > 1 ? 'them' : 'it'}. Type:`,
    '  sudo apt-get update',
    `  sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    '  npm start',
    'or set MASTER_DB_HOST and REDIS_URL to servers of yours (see .env.example), or use: docker compose up',
  ].join('\n');
  if (!(await has('apt-get')))
    throw new Stop(help.replace('this user may not install', 'there is no apt-get to install'));
  if (sudo.length > 0) await run('sudo', ['-n', 'true']).catch(() => Promise.reject(new Stop(help)));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) =>
    run([...sudo, 'apt-get'][0], [...sudo, 'apt-get', ...args].slice(1), { env, what: `apt-get ${args[0]}` });
  await step(`${packages.join(', ')} installed`, async () => {
    await apt(['update', '-qq']);
    await apt(['install', '-qqy', '--no-install-recommends', ...packages]);
  });
}
