/** The page's addresses: `#/view/argument/…`, each part percent-encoded. */

export interface Route {
  /** First part; '' at the start. */
  readonly view: string;
  /** The others. */
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view = '', ...parts] = path.split('/').map(decodePart);
  return { view, parts, query: Object.fromEntries(new URLSearchParams(query)) };
}

export function formatRoute(
  view: string,
  parts: readonly string[] = [],
  query: Readonly<Record<string, string>> = {},
): string {
  const path = [view, ...parts].map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search ? `?${search}` : ''}`;
}

/** A damaged escape is taken as written: an address typed by hand must not break the page. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
