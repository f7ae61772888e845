/** Looks for entries of books and lists by what a person types. */
import { displayText } from '../../../util/bytes.js';

export interface Labelled {
  readonly address: string;
  readonly label: Uint8Array;
}

/** Whether label or address holds the text, in any case. */
export function isMatch({ address, label }: Labelled, text: string | undefined): boolean {
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  return (
    address.toLowerCase().includes(wanted) || displayText(label).toLowerCase().includes(wanted)
  );
}

/** By label as people sort, then by address. */
export function byLabel(a: Labelled, b: Labelled): number {
  const order = displayText(a.label).localeCompare(displayText(b.label), undefined, {
    sensitivity: 'base',
  });
  return order === 0 ? (a.address < b.address ? -1 : 1) : order;
}
