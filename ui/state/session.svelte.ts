/** Whether somebody is logged in. */
import { router } from './router.svelte.js';
import { client } from './client.js';

export type SessionState = 'unknown' | 'out' | 'in';

class Session {
  state = $state<SessionState>('unknown');
  /** The link that the page was opened with did not log in. */
  linkRefused = $state(false);

  /** With the link in the address, or with the cookie of an earlier log-in. */
  async begin(): Promise<void> {
    const link = /^#login=(.+)$/.exec(location.hash)?.[1];
    if (link !== undefined) {
      // Not kept in the history: it works once, but nobody should see it.
      router.replace('inbox');
      try {
        await client.loginWithLink(decodeURIComponent(link));
        this.state = 'in';
        return;
      } catch {
        this.linkRefused = true;
      }
    }
    try {
      this.state = (await client.resume()) ? 'in' : 'out';
    } catch {
      this.state = 'out';
    }
  }

  /** @throws ConnectionError */
  async login(username: string, password: string): Promise<void> {
    await client.login(username, password);
    this.linkRefused = false;
    this.state = 'in';
  }

  async logout(everywhere: boolean): Promise<void> {
    await client.logout({ everywhere });
    // Nothing that was read stays in the memory of the page.
    location.replace('/');
  }

  /** The node says so. */
  ended(): void {
    this.state = 'out';
  }
}

export const session = new Session();
