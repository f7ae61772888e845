/** Rows of text in columns, cut to the width of the terminal. */
import { printableLine } from './printable.js';
import { bold, type Screen } from './screen.js';
import { cutToWidth, padToWidth, textWidth } from './text-width.js';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut to this width where the terminal is narrow; others never are. */
  readonly shrinkTo?: number;
}

export interface Row {
  readonly cells: readonly string[];
  /** Drawn bold. */
  readonly strong?: boolean;
}

const GAP = '  ';

/** Lines with the titles first; cells are made printable. Nothing is cut where there is no terminal. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  screen: Screen,
): string[] {
  const printable = rows.map(({ cells, strong }) => ({ cells: cells.map(printableLine), strong }));
  const widths = columns.map(({ title }, index) =>
    printable.reduce(
      (width, { cells }) => Math.max(width, textWidth(cells[index] ?? '')),
      textWidth(title),
    ),
  );
  if (screen.columns !== undefined) shrink(widths, columns, screen.columns);
  const head = columns.map(({ title }) => title);
  return [
    bold(lineOf(head, columns, widths), screen),
    ...printable.map(({ cells, strong }) => {
      const line = lineOf(cells, columns, widths);
      return strong ? bold(line, screen) : line;
    }),
  ];
}

function lineOf(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): string {
  return columns
    .map(({ align }, index) => {
      const width = widths[index] ?? 0;
      const text = cutToWidth(cells[index] ?? '', width);
      return padToWidth(text, width, align === 'right' ? 'left' : 'right');
    })
    .join(GAP)
    .trimEnd();
}

/** Takes from the widest that may be cut until the line fits or nothing more can be taken. */
function shrink(widths: number[], columns: readonly Column[], available: number): void {
  const gaps = GAP.length * (columns.length - 1);
  for (;;) {
    const tooMuch = widths.reduce((sum, width) => sum + width, gaps) - available;
    if (tooMuch <= 0) return;
    let widest = -1;
    for (const [index, { shrinkTo = Infinity }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (width > shrinkTo && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
