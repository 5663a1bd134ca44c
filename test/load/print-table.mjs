/** Prints rows in columns; the first row is the head. @param {readonly (readonly unknown[])[]} rows */
export function printTable(rows, stream = process.stdout) {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  for (const row of texts) stream.write(`${row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}\n`); // biome-ignore format: one line
}
