/** How many columns of a terminal a text takes, and texts of a given width. */

const ASCII = /^[ -~]*$/;
/** East Asian Wide and Fullwidth [Unicode Standard Annex 11], by blocks. */
const WIDE =
  /[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]/u;
/** Emoji that are shown as pictures, by themselves or after the selector. */
const PICTURE = /\p{Emoji_Presentation}|\uFE0F/u;
/** Takes no column of its own. */
const EMPTY = /^[\p{M}\u200C\u200D]*$/u;
const CUT = '…';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Of a printable text without line breaks. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += characterWidth(segment);
  return width;
}

/** The text, or as much of its beginning as fits with a `…`. */
export function cutToWidth(text: string, width: number): string {
  if (text.length <= width && ASCII.test(text)) return text;
  let used = 0;
  // Up to here a `…` fits, too.
  let end = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    used += characterWidth(segment);
    if (used > width) return text.slice(0, end) + CUT.slice(0, width);
    if (used < width) end = index + segment.length;
  }
  return text;
}

export function padToWidth(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'right' ? text + blanks : blanks + text;
}

function characterWidth(segment: string): number {
  if (WIDE.test(segment) || PICTURE.test(segment)) return 2;
  return EMPTY.test(segment) ? 0 : 1;
}
