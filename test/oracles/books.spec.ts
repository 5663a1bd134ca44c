import { readBook } from './book.js';
import { compareAnswers } from './compare-answers.js';
import { openCompany } from './company-client.js';
import { enterBook } from './enter-book.js';

const BOOKS = ['trader-two-years', 'services-one-year', 'personal-usd'];
const ENTERING_MAX_MS = 180_000;
const DIFFERENCES_SHOWN = 20;

const table: { book: string; figures: number | string; equal: number | string }[] = [];

describe('Books whose answers other programs computed (hledger, ledger)', () => {
  afterAll(() => {
    const lines = [{ book: 'book', figures: 'figures', equal: 'equal' }, ...table].map(({ book, figures, equal }) =>
      [book.padEnd(20), String(figures).padStart(10), String(equal).padStart(10)].join(''),
    );
    process.stdout.write(`\n${lines.join('\n')}\n\n`);
  });

  for (const name of BOOKS) {
    const read = readBook(name);
    if (!read) {
      table.push({ book: name, figures: 'skipped', equal: 'not here' });
      it.skip(`${name}: skipped, ../shared/oracles is not here`, () => undefined);
      continue;
    }
    it(
      `${name}: every figure comes out equal`,
      async () => {
        const client = await openCompany(`oracle-${name}`);
        await enterBook(client, read.book);
        const { compared, differences } = await compareAnswers(client, read.book, read.answers);
        table.push({ book: name, figures: compared, equal: compared - differences.length });
        expect(differences.slice(0, DIFFERENCES_SHOWN)).toEqual([]);
      },
      ENTERING_MAX_MS,
    );
  }
});
