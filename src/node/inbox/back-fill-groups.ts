import type { BackfillKind, BackfillRange } from '../../store/repositories.js';

/** Addresses that have missed the same: they are tried together. */
export interface BackFillGroup {
  readonly kind: BackfillKind;
  readonly doneSeq: number;
  readonly untilSeq: number;
  readonly addresses: readonly string[];
}

/** Those that have an end, in order of their first address. */
export function groupRanges(ranges: readonly BackfillRange[]): BackFillGroup[] {
  const groups = new Map<string, BackFillGroup & { addresses: string[] }>();
  for (const { kind, address, doneSeq, untilSeq } of ranges) {
    if (untilSeq === undefined) continue;
    const key = `${kind} ${doneSeq} ${untilSeq}`;
    const group = groups.get(key) ?? { kind, doneSeq, untilSeq, addresses: [] };
    group.addresses.push(address);
    groups.set(key, group);
  }
  return [...groups.values()];
}
