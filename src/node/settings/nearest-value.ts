/** Finds which right value somebody who gave a wrong one probably meant. */
import { editDistance } from './nearest.js';
import { parseNumber, valueProblem, type OptionSpec } from './option-spec.js';

const BOOLEAN_WORDS = ['true', 'false', 'yes', 'no', 'on', 'off'];
/** Words further apart than this are not meant for each other. */
const MAX_WORD_DISTANCE = 2;

/** A value that the option takes; undefined when nothing is near. */
export function nearestValue(spec: OptionSpec, text: string): string | undefined {
  const near = candidate(spec, text.trim().toLowerCase());
  return near !== undefined && valueProblem(spec, near) === undefined ? near : undefined;
}

/** ` ; the nearest is 8`, or what the default is: the end of a message about a wrong value. */
export function valueHint(spec: OptionSpec, text: string): string {
  const near = nearestValue(spec, text);
  if (near !== undefined) return `; the nearest is ${near}`;
  return spec.default === '' ? '' : `; the default is ${spec.default}`;
}

function candidate(spec: OptionSpec, text: string): string | undefined {
  switch (spec.type) {
    case 'boolean':
      return nearestWord(text, BOOLEAN_WORDS);
    case 'integer':
    case 'real':
      return nearestNumber(spec, text);
    case 'text':
      return spec.choices && nearestWord(text, spec.choices);
    case 'list':
      return undefined;
  }
}

function nearestWord(text: string, words: readonly string[]): string | undefined {
  const distances = words.map((word) => editDistance(text, word.toLowerCase()));
  const shortest = Math.min(...distances);
  return shortest <= MAX_WORD_DISTANCE ? words[distances.indexOf(shortest)] : undefined;
}

/** The number in it, whole if it has to be, moved into the range: `8444x`, `1,000`, `70000`. */
function nearestNumber({ type, range }: OptionSpec, text: string): string | undefined {
  const digits = /[+-]?\d[\d_,' ]*(?:\.\d+)?/.exec(text)?.[0].replace(/[_,' ]/g, '');
  const value = parseNumber(digits ?? '', false);
  if (value === undefined) return undefined;
  const [min, max] = range ?? [-Infinity, Infinity];
  return String(Math.min(max, Math.max(min, type === 'integer' ? Math.round(value) : value)));
}
