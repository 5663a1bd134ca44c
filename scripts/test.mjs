// npm test: sets up what is missing, checks everything, runs the tests; `--long` those that take long
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNode, installPackages, installServers } from './lib/install.mjs';
import { runJest } from './lib/jest.mjs';
import { LONG_TESTS } from './lib/long-tests.mjs';
import { startMariadb } from './lib/mariadb.mjs';
import { unpackedMysql, unpackMysql } from './lib/mysql.mjs';
import { HOME, ROOT } from './lib/paths.mjs';
import { startRedis } from './lib/redis.mjs';
import { run } from './lib/run.mjs';
import { given } from './lib/runtime.mjs';
import { main, Stop, say, step } from './lib/say.mjs';
import { endAllStarted } from './lib/started.mjs';

const CHECKS = ['format:check', 'lint', 'types', 'arch'];
const args = process.argv[2] === '--long' ? LONG_TESTS : process.argv.slice(2);
if (args === LONG_TESTS) process.env.FC_SEED ??= 'random';

let folder;
let cleaned;

main(async () => {
  checkNode();
  folder = mkdtempSync(join(tmpdir(), 'finvera-test-'));
  try {
    await installPackages();
    // .env is not read: tests make and drop databases, and may do so only where the real environment says
    const database = givenDatabase();
    const redisUrl = given('TEST_REDIS_URL') ?? given('REDIS_URL');
    await installServers([
      ...(database ? [] : ['mariadbd']),
      ...(redisUrl ? [] : ['redis-server']),
      'backups',
      'poppler',
    ]);
    await installOtherPrograms();
    if (args.length === 0) for (const check of CHECKS) await npmStep(check);
    await build();
    if (args.length === 0) await step('scripts tested', testScripts);
    const mysqlRoot = await mysqlForTests();
    if (args.length === 0) say(`Long proofs (${LONG_TESTS.length} files) are left to: npm run test:long`);
    process.exitCode = await runJest({
      database: database ?? (await step('MariaDB for the tests started', startTestMariadb)),
      redisUrl: redisUrl ?? (await step('Redis for the tests started', startTestRedis)).url,
      mysqlRoot,
      folder,
      args: args.length > 0 ? args : LONG_TESTS.flatMap((path) => ['--testPathIgnorePatterns', path]),
    });
  } finally {
    await cleanUp();
  }
}, cleanUp);

function cleanUp() {
  cleaned ??= endAllStarted().finally(() => folder && rmSync(folder, { recursive: true, force: true }));
  return cleaned;
}

const npmStep = (script) =>
  step(script, () => run('npm', ['run', '-s', script], { cwd: ROOT, what: `npm run ${script}` }));

function testScripts() {
  const specs = readdirSync(join(ROOT, 'scripts/lib')).filter((name) => name.endsWith('.spec.mjs'));
  const paths = specs.map((name) => `scripts/lib/${name}`);
  return run(process.execPath, ['--test', ...paths], { cwd: ROOT, what: `node --test ${paths.join(' ')}` });
}

/** Books are compared with what hledger and ledger say of them. Where they cannot be had, that is reported as skipped. */
async function installOtherPrograms() {
  try {
    await installServers(['hledger', 'ledger']);
  } catch (error) {
    say(`The tests that compare books with hledger and ledger are skipped: ${error.message}`);
  }
}

/** Some tests run on a real MySQL as well. Where none can be had (no Debian, no network) they are reported as skipped. */
async function mysqlForTests() {
  const place = join(HOME, 'mysql-for-tests');
  const there = unpackedMysql(place);
  if (there || args.length > 0) return there;
  try {
    return await step('MySQL for the tests unpacked', () => unpackMysql(place));
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`The tests on MySQL are skipped, because none could be had: ${error.message}`);
    return undefined;
  }
}

const startTestMariadb = () => startMariadb({ dir: join(folder, 'mariadb'), fast: true });
const startTestRedis = () => startRedis({ dir: join(folder, 'redis'), fast: true });

/** The server that the environment names for the tests, or else for the application. */
function givenDatabase() {
  const source = ['TEST_DB', 'MASTER_DB'].find((name) => given(`${name}_HOST`));
  return (
    source && {
      host: given(`${source}_HOST`),
      port: given(`${source}_PORT`) ?? '3306',
      user: given(`${source}_USER`) ?? 'root',
      password: given(`${source}_PASSWORD`) ?? '',
    }
  );
}
