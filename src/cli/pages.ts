/** Lists that a node gives page by page. */

/** Rows of a page that the node gives at most. */
const PAGE_ROWS = 500;

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

/** Up to `limit` rows of a list (default: all), and whether there are more. */
export async function firstRows<Page extends { nextCursor?: string | undefined }, Row>(
  read: (request: PageRequest) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
  limit = Infinity,
): Promise<{ rows: Row[]; more: boolean }> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const left = Math.min(PAGE_ROWS, limit - rows.length);
    const page = await read({ limit: left, ...(cursor !== undefined && { cursor }) });
    rows.push(...rowsOf(page));
    cursor = page.nextCursor;
  } while (cursor !== undefined && rows.length < limit);
  return { rows, more: cursor !== undefined };
}

export async function allPages<Page extends { nextCursor?: string | undefined }, Row>(
  read: (request: PageRequest) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
): Promise<Row[]> {
  return (await firstRows(read, rowsOf)).rows;
}
