/** Formatters of Intl are slow to make and quick to use: each is made once. */

/** @param make for a key; there are few keys (a language, and one of a handful of forms). */
export function remembered<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
