/** Prometheus' text format, read as far as tests need it. */

const LINE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;

/** Values of one metric by the text of its labels, '' for none; empty when there is no such metric. */
export function samples(text: string, name: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [, of, labels = '', value] of parsed(text)) {
    if (of === name) found[labels] = Number(value);
  }
  return found;
}

/** Of all samples, each once. */
export function sampleNames(text: string): string[] {
  return [...new Set(parsed(text).map(([, name = '']) => name))];
}

function parsed(text: string): RegExpExecArray[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const match = LINE.exec(line);
    if (!match) throw new Error(`not a sample: ${line}`);
    return match;
  });
}
