/**
 * Text of strangers as it may be shown: nothing in it changes the order or the look of what stands
 * around it. Characters that steer (bidirectional controls, C0 and C1 controls, tags, soft line
 * machinery) are shown by their number instead of being obeyed.
 */

// Bidi marks, embeddings, overrides, isolates; line and paragraph separator; deprecated format
// characters; interlinear marks; tag characters; Hangul fillers, which look like nothing.
const STEERING =
  // eslint-disable-next-line no-control-regex -- exactly these are meant
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u115f\u1160\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** More than this many combining marks on one character paint over the lines above and below. */
const MAX_MARKS = 4;
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');

/** Text with line ends as `\n`, without steering characters and without towers of marks. */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(STEERING, (character) => `⟨U+${codeOf(character)}⟩`)
    .replace(MARKS, '$1');
}

/** The same in one line, for subjects, names and lists. */
export function visibleLine(text: string): string {
  return visibleText(text.replace(/[\r\n\t]+/g, ' ')).trim();
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
