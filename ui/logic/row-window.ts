/** Which rows of a long list are drawn. */

export interface RowWindow {
  /** First drawn row. */
  readonly first: number;
  /** After the last drawn row. */
  readonly end: number;
  /** Distance of the first drawn row from the top, px. */
  readonly offset: number;
  /** Of all rows, px. */
  readonly height: number;
}

/** Rows drawn above and below what is seen, so that a fast wheel finds no gap. */
const SPARE_ROWS = 8;

/**
 * @param count rows in all.
 * @param rowHeight px, the same for each.
 * @param scrollTop of the list, px.
 * @param viewHeight of the list, px.
 */
export function rowWindow(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): RowWindow {
  const height = count * rowHeight;
  const top = Math.max(0, Math.min(scrollTop, height - viewHeight));
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
  const end = Math.min(count, Math.ceil((top + viewHeight) / rowHeight) + SPARE_ROWS);
  return { first, end, offset: first * rowHeight, height };
}

/** Where the list must be scrolled to so that a row is wholly seen; undefined when it is. */
export function scrollToShow(
  row: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number | undefined {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + viewHeight) return top + rowHeight - viewHeight;
  return undefined;
}
