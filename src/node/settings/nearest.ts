/** Finds what somebody who mistyped a name probably meant. */

/** How many characters must be put in, taken out or replaced to make `b` out of `a` (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const removed = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, removed, inserted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The name nearest to `wanted`, a `section.option`. A right option in a wrong section beats
 * everything else, because that is the commonest mistake.
 */
export function nearestName<Name extends string>(wanted: string, names: readonly Name[]): Name {
  const wantedOption = wanted.slice(wanted.indexOf('.') + 1);
  let [best] = names;
  let bestDistance = Infinity;
  for (const name of names) {
    const optionDistance = editDistance(wantedOption, name.slice(name.indexOf('.') + 1)) + 0.5;
    const distance = Math.min(editDistance(wanted, name), optionDistance);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = name;
    }
  }
  if (best === undefined) throw new RangeError('there are no names');
  return best;
}
