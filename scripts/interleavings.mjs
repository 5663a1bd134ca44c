// npm run interleavings: 200 random operations over 20 companies against a model; `-- --moves N --companies M --seed S`
const SETTINGS = { '--moves': 'MOVES', '--companies': 'COMPANIES', '--seed': 'SEED' };
const USAGE = 'npm run interleavings -- [--moves 200] [--companies 20] [--seed of a run that is to be repeated]';

Object.assign(process.env, { INTERLEAVINGS_MOVES: '200', INTERLEAVINGS_COMPANIES: '20' });
const args = process.argv.slice(2);
while (args.length > 0) {
  const setting = SETTINGS[args.shift()];
  const number = Number(args.shift());
  if (!setting || !Number.isInteger(number) || number < 0) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(1);
  }
  process.env[`INTERLEAVINGS_${setting}`] = String(number);
}
process.argv.splice(2, Number.POSITIVE_INFINITY, 'test/operation-interleavings');
await import('./test.mjs');
