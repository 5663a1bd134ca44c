import type { Hit } from './hit.js';

/** A line for each operation that was hit. */
export function tell({ run, outcome, where, faults, ms }: Hit, index: number, total: number): void {
  const { scenario, label } = run.row;
  const what = [scenario.kind, scenario.variant, label].filter(Boolean).join(', ');
  const how = `${run.fault} at ${run.moment}${run.before ? ', while it runs' : ''}`;
  const lines = [
    `${String(index).padStart(4)}/${total}  ${what.padEnd(60)} ${how.padEnd(28)} ${outcome.padEnd(7)} ${Math.round(ms)} ms`,
    ...(outcome === 'wrong'
      ? [`           ${where}`, ...faults.map((fault) => `           ${fault.slice(0, 3_000)}`)]
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
