/** Prints for people as a table, for programs (`--json`) as JSON. */
export function print(rows: readonly object[], json: boolean | undefined): void {
  if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0) process.stdout.write('nothing\n');
  else process.stdout.write(table(rows as Record<string, unknown>[]));
}

/** One thing: a line for each of its fields, or a JSON object. */
export function printOne(thing: object, json: boolean | undefined): void {
  if (json) return void process.stdout.write(`${JSON.stringify(thing, null, 2)}\n`);
  const fields = Object.entries(thing).map(([name, value]) => [
    name,
    value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''),
  ]);
  const width = Math.max(...fields.map(([name]) => name!.length));
  for (const [name, value] of fields) process.stdout.write(`${`${name!.padEnd(width)}  ${value}`.trimEnd()}\n`);
}

function table(rows: readonly Record<string, unknown>[]): string {
  const columns = Object.keys(rows[0]!);
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, index) => cell.padEnd(widths[index]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
