/**
 * Files that PyBitmessage's command line client puts into the text of a message: a tag `attachment`
 * or `img` with `alt = "NAME"` and `src='data:TYPE;base64, DATA'`, below a comment and a few lines
 * that say so. They are offered as downloads, never run or shown.
 */

export interface EmbeddedFile {
  readonly name: string;
  readonly base64: string;
  /** Of the decoded file. */
  readonly bytes: number;
}

const TAG =
  /<(?:attachment|img)\s+alt\s*=\s*"([^"]{0,300})"\s*src\s*=\s*'data:[^;']{0,300};base64,([A-Za-z0-9+/=\s]*)'\s*\/?>/g;
/** The client's own note above a file. */
const NOTE =
  /<!-- Note: (?:Image|File) attachment below\.(?:(?!<!-- Note:)[\s\S]){0,800}Encoding:base64\s*(?:<center>\s*)?(?:<div id="image">\s*)?$/;
const NOTE_END = /^\s*(?:<\/div>\s*)?<\/center>/;
/** A message has at most 256 KiB; more files than this in one are no files. */
const MAX_FILES = 50;

/** The text without the files, and the files in their order. */
export function splitEmbeddedFiles(body: string): { text: string; files: EmbeddedFile[] } {
  const files: EmbeddedFile[] = [];
  let text = '';
  let done = 0;
  for (const match of body.matchAll(TAG)) {
    if (files.length >= MAX_FILES) break;
    const base64 = (match[2] ?? '').replace(/\s+/g, '');
    files.push({ name: safeFileName(match[1] ?? ''), base64, bytes: decodedLength(base64) });
    text += body.slice(done, match.index).replace(NOTE, '');
    done = match.index + match[0].length;
    done += NOTE_END.exec(body.slice(done, done + 200))?.[0].length ?? 0;
  }
  return { text: files.length > 0 ? (text + body.slice(done)).trim() : body, files };
}

/** No path, no hidden file, no control character; `file` when nothing is left. */
export function safeFileName(name: string): string {
  const cleaned = name
    // eslint-disable-next-line no-control-regex -- control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\\/:*?"<>|]+/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 120);
  return cleaned === '' ? 'file' : cleaned;
}

function decodedLength(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}
