/** Where the person is: the part of the address after `#`. */
import { formatRoute, parseRoute, type Route } from '../logic/routes.js';

class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  /** Begins to follow the address; the returned function ends it. */
  start(): () => void {
    const follow = (): void => {
      this.route = parseRoute(location.hash);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  go(
    view: string,
    parts: readonly string[] = [],
    query: Readonly<Record<string, string>> = {},
  ): void {
    location.hash = formatRoute(view, parts, query);
  }

  /** Without a new step in the browser's history. */
  replace(
    view: string,
    parts: readonly string[] = [],
    query: Readonly<Record<string, string>> = {},
  ): void {
    history.replaceState(null, '', formatRoute(view, parts, query));
    this.route = parseRoute(location.hash);
  }
}

export const router = new Router();
