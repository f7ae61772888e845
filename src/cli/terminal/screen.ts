/** What stdout is. */

export interface Screen {
  /** Width of the terminal; undefined when stdout is none: nothing is cut then. */
  readonly columns: number | undefined;
  readonly color: boolean;
}

/** Of terminals that do not tell. */
const USUAL_COLUMNS = 80;
const [BOLD, NORMAL] = ['\u001b[1m', '\u001b[0m'];

/** @param environment NO_COLOR (not empty) and TERM=dumb switch bold letters off. */
export function screenOf(
  output: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Screen {
  if (!output.isTTY) return { columns: undefined, color: false };
  const plain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return { columns: output.columns || USUAL_COLUMNS, color: !plain };
}

export function bold(text: string, { color }: Screen): string {
  return color ? `${BOLD}${text}${NORMAL}` : text;
}
