/** Small translations between values and columns. */

/** 0 or 1, or null for "as it is" in an update. */
export function flag(value: boolean): number;
export function flag(value: boolean | undefined): number | null;
export function flag(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value);
}

/** A JSON array for `IN (SELECT value FROM json_each(?))`: a list as one parameter. */
export function jsonList(values: readonly string[]): string {
  return JSON.stringify(values);
}
