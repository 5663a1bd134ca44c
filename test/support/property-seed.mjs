import fc from 'fast-check';

/**
 * Properties try the same cases in every run, so that a commit is judged by what it changed: FC_SEED names others, and
 * `random` others each time, as `npm run test:long` does. What they find, fast-check tells with its seed.
 */
const given = process.env.FC_SEED ?? '20261124';
if (given !== 'random') fc.configureGlobal({ seed: Number(given) });
