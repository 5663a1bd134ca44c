// npm run matrix: every kind of operation × every step × every fault; `-- --only TEXT --resume --write`
const USAGE = `npm run matrix -- [--only PATTERN] [--thorough] [--lanes N] [--resume] [--write]
  --only PATTERN  only those whose name matches, for example "archive_tenant, verify, mariadb"
  --thorough      kills at the beginning of each step as well, and MariaDB at its end
  --lanes N       platforms beside each other (2)
  --resume        goes on where the last run broke off or found something wrong
  --write         writes the tables of docs/operations.md`;

const env = { MATRIX: 'full' };
const args = process.argv.slice(2);
while (args.length > 0) {
  const arg = args.shift();
  if (arg === '--only' && args.length > 0) env.MATRIX_ONLY = args.shift();
  else if (arg === '--lanes' && args.length > 0) env.MATRIX_LANES = args.shift();
  else if (arg === '--thorough') env.MATRIX_THOROUGH = '1';
  else if (arg === '--resume') env.MATRIX_RESUME = '1';
  else if (arg === '--write') env.MATRIX_WRITE = '1';
  else {
    process.stderr.write(`${USAGE}\n`);
    process.exit(arg === '--help' ? 0 : 1);
  }
}
Object.assign(process.env, env);
process.argv.splice(2, Number.POSITIVE_INFINITY, 'test/crash-matrix');
await import('./test.mjs');
