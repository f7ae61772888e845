/** Text for man pages: what roff would take for a request or an escape is written so that it does not. */

/** Of running text. */
export function roffText(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

/** In an argument of a request. */
export function roffArgument(text: string): string {
  return `"${roffText(text).replace(/"/g, '\\(dq')}"`;
}

export function boldText(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

export function italicText(text: string): string {
  return `\\fI${roffText(text)}\\fR`;
}

/** `<name>` and `[name...]` with the name in italics. */
export function termText(term: string): string {
  const [, open = '', name = '', close = ''] = /^([<[]?)(.*?)([>\]]?)$/.exec(term) ?? [];
  const brackets = open === '[' ? ['[', ']'] : ['', ''];
  return `${brackets[0] ?? ''}${italicText(name)}${close === '' && open !== '' ? '' : (brackets[1] ?? '')}`;
}

/** A paragraph with a hanging first part. */
export function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${roffText(text)}`;
}
