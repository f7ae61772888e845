/** The mailbox without a mouse: log in, make an identity, write, read, answer, all by keys. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { browserSuite, launchBrowser, openPage } from './support/browser.js';
import { createPetrelNetwork, untilInbox, type PetrelNetwork } from '../support/petrel-network.js';
import type { PetrelProcess } from '../support/petrel-process.js';

/** So many presses reach everything on a page. */
const MAX_TABS = 80;

describe('with the keyboard alone', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let node: PetrelProcess;
  let page: Page;

  before(async () => {
    network = createPetrelNetwork();
    node = await network.start('node');
    browser = await launchBrowser();
    ({ page } = await openPage(browser, `http://127.0.0.1:${node.apiPort}`));
    await page.goto('/');
    await page.getByLabel('User name').waitFor();
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  /** Presses Tab until the focus is on something of that name. */
  async function tabTo(name: RegExp): Promise<void> {
    for (let press = 0; press < MAX_TABS; press += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        const label = element?.labels?.[0]?.textContent ?? '';
        return (element?.ariaLabel ?? label) || (element?.textContent ?? '');
      });
      if (name.test(focused.trim())) return;
    }
    throw new Error(`Tab never came to ${String(name)}`);
  }

  it('logs in and makes an identity', async () => {
    await tabTo(/^User name$/);
    await page.keyboard.type('username');
    await tabTo(/^Password$/);
    await page.keyboard.type('password');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Welcome to Petrel' }).waitFor();
    await tabTo(/^Name$/);
    await page.keyboard.type('Keys');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  });

  it('shows which keys there are', async () => {
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('writes and sends', async () => {
    const other = await node.createAddress('Other');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'New message' }).waitFor();
    await page.locator('fieldset:enabled').waitFor();
    await tabTo(/^To$/);
    await page.keyboard.type(other);
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: /^Remove/ }).waitFor();
    await tabTo(/^Subject$/);
    await page.keyboard.type('By keys');
    await tabTo(/^Message$/);
    await page.keyboard.type('No mouse was moved.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: 'Outbox' }).waitFor();
    await untilInbox(node, 'By keys');
  });

  it('reads, stars, answers and goes back', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await page
      .getByRole('region', { name: 'Messages' })
      .getByRole('link', { name: 'By keys' })
      .waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('article').first().waitFor();
    await page.keyboard.press('s');
    await page.getByRole('button', { name: 'Star', pressed: true }).first().waitFor();
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'New message' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.type('Indeed.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: 'Outbox' }).waitFor();
    await untilInbox(node, 'Re: By keys');
  });

  it('searches', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('mouse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Search: mouse' }).waitFor();
    assert.match(page.url(), /#\/search\/mouse$/);
  });
});
