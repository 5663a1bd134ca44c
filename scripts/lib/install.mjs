import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { has, run, tryRun } from './run.mjs';
import { Stop, say, step } from './say.mjs';

const NODE_MIN = [20, 19];

/** @throws {Stop} on a Node.js that is too old */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]))
    throw new Stop(`Finvera needs Node.js ${NODE_MIN.join('.')} or newer; this is ${version}. See https://nodejs.org.`);
}

/** npm packages as package-lock.json has them; nothing to do when it is the one that was installed last. */
export async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules/.finvera-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  // the compiler is among the dev packages, which NODE_ENV=production would leave out
  await step('npm packages installed', () =>
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: ROOT, what: 'npm ci' }),
  );
  writeFileSync(stamp, lock);
}

/** Debian's packages of a server, and the programs that must be there afterwards. */
const SERVERS = {
  mariadbd: {
    packages: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-client'],
    programs: ['mariadbd', 'mariadb-install-db', 'mariadb', 'mariadb-dump'],
  },
  'redis-server': { packages: ['redis-server'], programs: ['redis-server'] },
  hledger: { packages: ['hledger'], programs: ['hledger'] },
  ledger: { packages: ['ledger'], programs: ['ledger'] },
  // reads and paints the tests' PDF files
  poppler: { packages: ['poppler-utils'], programs: ['pdftotext', 'pdftoppm'] },
  backups: { packages: ['mariadb-client', 'zstd'], programs: ['mariadb-dump', 'mariadb', 'zstd'] },
};

/**
 * Installs Debian's packages of the servers that are missing.
 * @param {readonly ('mariadbd' | 'redis-server' | 'hledger' | 'ledger' | 'poppler' | 'backups')[]} servers `backups`: the programs that archives are written and read with
 * @throws {Stop} where it may not, with the commands to type
 */
export async function installServers(servers) {
  const missing = [];
  for (const server of servers)
    for (const program of SERVERS[server].programs) if (!(await has(program))) missing.push({ server, program });
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ server }) => server))].flatMap((server) => SERVERS[server].packages);
  const programs = missing.map(({ program }) => program).join(', ');
  if (!(await has('apt-get'))) throw new Stop(helpWithoutApt(programs));
  const isRoot = process.getuid() === 0;
  if (!isRoot && (await tryRun('sudo', ['-n', 'true'])).code !== 0)
    throw new Stop(helpWithoutRights(programs, packages));
  await step(`${packages.join(', ')} installed`, async () => {
    await aptGet(isRoot, ['update', '-qq']);
    // --no-remove: never take away a MySQL that somebody else runs here
    await aptGet(isRoot, ['install', '-qqy', '--no-install-recommends', '--no-remove', ...packages]);
  });
}

/**
 * The programs that archives and last backups need, beside a database server that is somebody else's. Everything else
 * works without them, so that their absence is said and no more.
 */
export async function installBackupPrograms() {
  if ((await has('mysqldump')) && (await has('mysql')) && (await has('zstd'))) return;
  try {
    await installServers(['backups']);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`Companies cannot be archived or purged here yet. ${error.message}`);
  }
}

const aptGet = (isRoot, args) => {
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-oDPkg::Lock::Timeout=120', ...args];
  const [program, ...rest] = isRoot ? command : ['sudo', '-n', ...command];
  return run(program, rest, { whole: true, what: `apt-get ${args[0]}` });
};

const OTHER_WAYS =
  'or set MASTER_DB_HOST and REDIS_URL to servers of yours (see .env.example), or use: docker compose up';

export const helpWithoutRights = (programs, packages) =>
  [
    `Not installed yet: ${programs}; and this user may not install packages. Type:`,
    '  sudo apt-get update',
    `  sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    '  npm start',
    OTHER_WAYS,
  ].join('\n');

const helpWithoutApt = (programs) =>
  `Not installed yet: ${programs}; and this system has no apt-get. Install MariaDB (10.6 or newer) and Redis by its own means,\n${OTHER_WAYS}`;
