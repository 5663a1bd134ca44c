import { describeSeparateCompanies } from './separate-companies.js';
import { runLoadProgram } from './support/load-program.js';

describe('many companies in three processes that may cache a fifth of them', () => {
  it('answers every one of mixed requests with rows of its own company alone', async () => {
    const { code, result, output } = await runLoadProgram('isolation', ['--requests', '2500', '--tenants', '25']);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(result).toMatchObject({ requests: 2_500, companies: 25, foreign_rows: 0, wrong: 0, refused: 0, faults: [] });
    expect(result.marked_rows).toBeGreaterThan(2_500);
    expect(result.evictions).toBeGreaterThan(100);
    expect(result.cached_most).toBeLessThanOrEqual(result.cached_max as number);
  }, 300_000);
});

describeSeparateCompanies();
