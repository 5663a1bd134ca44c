import { relative } from 'node:path';

/**
 * What a test run says at its end, from Jest's report: the tests that were skipped, the files that could not be run, the
 * count.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { name: string, status: string, assertionResults: { status: string, fullName: string }[] }[] }} report
 * @param {string} root paths are shown from here
 * @returns {string[]}
 */
export function closingLines(report, root) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report;
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'pending' || status === 'todo')
    .map(({ fullName }) => `skipped: ${fullName}`);
  const isBroken = ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((one) => one.status !== 'failed');
  const broken = testResults.filter(isBroken).map(({ name }) => `failed as a whole: ${relative(root, name)}`);
  const count = `finvera: ${numPassedTests} passed, ${numFailedTests + broken.length} failed, ${numPendingTests + numTodoTests} skipped`;
  return [...skipped, ...broken, count];
}
