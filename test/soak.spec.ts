import { runLoadProgram } from './support/load-program.js';

/** A short one; `npm run soak` goes on for half an hour. */
describe('random work while both MariaDBs and Redis are killed and revived', () => {
  it('answers each request rightly or with a refusal that has a reason; memory and connections stay flat', async () => {
    const { code, result, output } = await runLoadProgram('soak', ['--seconds', '10', '--companies', '6']);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(result).toMatchObject({ faults: [], vouchers_acknowledged: expect.any(Number) });
    expect(result.breaks).toBeGreaterThanOrEqual(6);
    expect(result.suspensions).toBeGreaterThan(0);
    expect(result.answers).toMatchObject({ '200': expect.any(Number), '201': expect.any(Number) });
  }, 300_000);
});
