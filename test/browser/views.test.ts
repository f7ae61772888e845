/**
 * Every view in light and dark, at the width of a desk and of a phone: no serious accessibility fault,
 * nothing wider than the window. With PETREL_SCREENSHOTS=1 their pictures go to docs/screenshots.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { seriousFaults } from './support/accessibility.js';
import { browserSuite, launchBrowser, openPage } from './support/browser.js';
import { furnishMailbox, type FurnishedMailbox } from './support/furnished-mailbox.js';
import { MailboxPage } from './support/mailbox-page.js';
import { createPetrelNetwork, type PetrelNetwork } from '../support/petrel-network.js';
import { projectRoot } from '../support/vectors.js';

const TAKE_PICTURES = process.env['PETREL_SCREENSHOTS'] === '1';
const FOLDER = fileURLToPath(new URL('docs/screenshots/', projectRoot));
/** Views whose pictures on a phone are kept. */
const PHONE_PICTURES = /^phone-(menu|inbox|requests|outbox|compose|network)-/;
const PHONE = { width: 390, height: 780 };
const DESK = { width: 1280, height: 800 };

describe('views', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let furnished: FurnishedMailbox;

  before(async () => {
    network = createPetrelNetwork();
    [furnished, browser] = await Promise.all([furnishMailbox(network), launchBrowser()]);
    if (TAKE_PICTURES) mkdirSync(FOLDER, { recursive: true });
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  /** What has to be there before the view is looked at. */
  function views(): { name: string; hash: string; ready: (box: MailboxPage) => Promise<void> }[] {
    const { address, friend, chan, feed } = furnished;
    const heading = (text: string) => (box: MailboxPage) => box.heading(text).first().waitFor();
    const openRow =
      (text: string) =>
      async (box: MailboxPage): Promise<void> => {
        await box.row(text).first().click();
        await box.page.getByRole('article').first().waitFor();
        await box.page.getByText('No connection to the node').waitFor({ state: 'detached' });
      };
    return [
      { name: 'inbox', hash: '#/inbox', ready: openRow('The garden plan') },
      { name: 'requests', hash: '#/requests', ready: openRow('Hello from far away') },
      { name: 'outbox', hash: '#/outbox', ready: openRow('Waiting for an answer') },
      { name: 'drafts', hash: '#/drafts', ready: heading('Drafts') },
      { name: 'starred', hash: '#/starred', ready: heading('Starred') },
      { name: 'archive', hash: '#/archive', ready: heading('Archive') },
      { name: 'trash', hash: '#/trash', ready: heading('Trash') },
      { name: 'chan', hash: `#/chans/${chan}`, ready: openRow('Who is here?') },
      { name: 'chans', hash: '#/chans', ready: heading('Chans') },
      { name: 'feed', hash: `#/feeds/${feed}`, ready: openRow('News of the week') },
      { name: 'feeds', hash: '#/feeds', ready: heading('Subscriptions') },
      {
        name: 'compose',
        hash: `#/compose?to=${friend}&subject=Tomorrow`,
        ready: heading('New message'),
      },
      { name: 'identities', hash: '#/identities', ready: heading('Identities') },
      { name: 'identity', hash: `#/inbox/${address}`, ready: heading('Anna') },
      { name: 'contacts', hash: '#/contacts', ready: heading('Contacts') },
      { name: 'search', hash: '#/search/garden', ready: openRow('The garden plan') },
      { name: 'network', hash: '#/network', ready: heading('Peers') },
      { name: 'settings', hash: '#/settings', ready: heading('The node') },
    ];
  }

  async function inspect(box: MailboxPage, name: string): Promise<void> {
    await box.page.evaluate(() => document.fonts.ready);
    // What still moves, or fades, is judged where it comes to rest.
    await box.page.evaluate(async () => {
      const ends = document.getAnimations().map((animation) => animation.finished);
      await Promise.allSettled(ends);
    });
    if (TAKE_PICTURES && (!name.startsWith('phone-') || PHONE_PICTURES.test(name))) {
      await box.page.screenshot({ path: `${FOLDER}${name}.png` });
    }
    const wide = await box.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, `${name} is wider than the window`);
    assert.deepEqual(await seriousFaults(box.page), [], name);
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`are accessible in ${colorScheme} colours`, async () => {
      const box = await MailboxPage.open(browser, furnished.node, { colorScheme, ...DESK });
      await box.heading('Inbox').waitFor();
      for (const { name, hash, ready } of views()) {
        await box.page.goto(`/${hash}`);
        await ready(box);
        await inspect(box, `${name}-${colorScheme}`);
      }
      assert.deepEqual(box.watched.faults, []);
      assert.deepEqual(box.watched.policy, []);
      await box.close();
    });

    // The colours are the same as at the desk: for the second scheme there is only a picture to take.
    const skip = colorScheme === 'dark' && !TAKE_PICTURES;
    it(`fit a phone in ${colorScheme} colours`, { skip }, async () => {
      const box = await MailboxPage.open(browser, furnished.node, { colorScheme, ...PHONE });
      await box.button('Menu').click();
      await box.link(/^Inbox/).waitFor();
      await inspect(box, `phone-menu-${colorScheme}`);
      await box.link(/^Inbox/).click();
      await box.row('The garden plan').waitFor();
      for (const { name, hash, ready } of views()) {
        await box.page.goto(`/${hash}`);
        await ready(box);
        await inspect(box, `phone-${name}-${colorScheme}`);
      }
      await box.close();
    });

    it(`before the mailbox are accessible in ${colorScheme} colours`, async () => {
      const empty = await network.start(`empty-${colorScheme}`);
      const watched = await openPage(browser, `http://127.0.0.1:${empty.apiPort}`, { colorScheme });
      await watched.page.goto('/');
      await watched.page.getByLabel('User name').waitFor();
      if (TAKE_PICTURES)
        await watched.page.screenshot({ path: `${FOLDER}login-${colorScheme}.png` });
      assert.deepEqual(await seriousFaults(watched.page), []);
      await watched.context.close();
      const box = await MailboxPage.open(browser, empty, { colorScheme });
      await box.heading('Welcome to Petrel').waitFor();
      await inspect(box, `welcome-${colorScheme}`);
      await box.close();
      await empty.stop();
    });
  }
});
