const LISTS_MAX = 20;
/** per list, the cursor that each page begins with; page 1 has none */
const lists = new Map<string, (string | null)[]>();

interface CursorPage<Row> {
  rows: Row[];
  next: string | null;
}

/**
 * A numbered page of a list that knows cursors alone. Cursors of pages seen are remembered; to reach a page that was
 * never seen, those before it are read.
 * @param list what is listed, filters included
 */
export async function readCursorPage<Row>(
  list: string,
  page: number,
  read: (cursor: string | null) => Promise<CursorPage<Row>>,
): Promise<{ rows: Row[]; hasNextPage: boolean }> {
  const starts = (page > 1 && lists.get(list)) || [null];
  lists.delete(list);
  lists.set(list, starts);
  for (const oldest of lists.keys()) if (lists.size > LISTS_MAX) lists.delete(oldest);

  for (let at = Math.min(page, starts.length); ; at += 1) {
    const { rows, next } = await read(starts[at - 1] ?? null);
    starts.length = at;
    if (next) starts.push(next);
    if (at === page) return { rows, hasNextPage: next !== null };
    if (!next) return { rows: [], hasNextPage: false };
  }
}
