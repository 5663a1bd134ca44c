import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { amount, type ReportRow, text } from '../frame/report-table.js';
import type { ReportDocument } from './report-document.js';
import { writeCsv } from './write-csv.js';
import { writePdf } from './write-pdf.js';
import { writeXlsx } from './write-xlsx.js';

const ROWS = 1_000_000;
/** Rows that fit what the streams between hold in all. */
const AHEAD_MAX = 30_000;
const STILL_MS = 250;
const TRIES = 40;

/** The value when it has not changed for a while. */
async function untilStill(value: () => number): Promise<number> {
  for (let tries = 0, before = -1; tries < TRIES; tries += 1) {
    const now = value();
    if (now === before) return now;
    before = now;
    await wait(STILL_MS);
  }
  throw new Error(`still changing at ${value()}`);
}

/** A report of a million rows that counts how many of them were asked for. */
function longReport(failAfter = Number.POSITIVE_INFINITY) {
  const state = { asked: 0, ended: false };
  const rows = async function* (): AsyncGenerator<ReportRow> {
    try {
      for (; state.asked < ROWS; state.asked += 1) {
        if (state.asked === failAfter) throw new Error('the database went away');
        yield { kind: 'line', cells: { narration: `${Math.random()} ${state.asked}`, amount: '1234.50' } };
      }
    } finally {
      state.ended = true;
    }
  };
  const document: ReportDocument = {
    title: 'Long report',
    period: '2024-04-01 to 2025-03-31',
    columns: [text('narration', 'Narration'), amount('amount', 'Amount')],
    rows: rows(),
    company: 'Acme',
    currency: 'INR',
    currencyDigits: 2,
    printed: 'printed today',
    origin: 'http://acme.localhost',
  };
  return { state, document };
}

const WRITERS: [string, (document: ReportDocument) => Readable][] = [
  ['CSV', writeCsv],
  ['XLSX', writeXlsx],
  ['PDF', writePdf],
];

describe.each(WRITERS)('%s of a long report', (_name, write) => {
  it('reads rows only as fast as somebody reads the file, and stops when nobody does any more', async () => {
    const { state, document } = longReport();
    const file = write(document);
    const [chunk] = await once(file, 'data');
    file.pause();
    expect(chunk.length).toBeGreaterThan(0);
    const settled = await untilStill(() => state.asked);
    expect(settled).toBeLessThan(AHEAD_MAX);

    file.destroy();
    for (let waited = 0; !state.ended && waited < TRIES; waited += 1) await wait(STILL_MS);
    expect(state.ended).toBe(true);
  });

  it('breaks off with an error when its rows do, instead of ending like a whole file', async () => {
    const { document } = longReport(500);
    const file = write(document);
    file.resume();
    await expect(once(file, 'end')).rejects.toThrow('the database went away');
  });
});
