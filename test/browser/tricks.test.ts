/** Messages full of tricks: they show as text, harmlessly as pages, and ask nobody for anything. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { browserSuite, launchBrowser } from './support/browser.js';
import { HTML_TRICKS } from './support/html-tricks.js';
import { MailboxPage } from './support/mailbox-page.js';
import {
  createPetrelNetwork,
  STEP_LIMIT_MS,
  untilInbox,
  type PetrelNetwork,
} from '../support/petrel-network.js';
import { base64, type PetrelProcess } from '../support/petrel-process.js';
import { until } from '../support/until.js';

const SUBJECT = '<img src=x onerror=alert(1)> \u202Egnp.exe';

describe('messages with tricks', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let node: PetrelProcess;
  let mailbox: MailboxPage;

  before(async () => {
    network = createPetrelNetwork();
    node = await network.start('node');
    browser = await launchBrowser();
    const to = await node.createAddress('Reader');
    const from = await node.createAddress('Trickster');
    for (const { body } of HTML_TRICKS) {
      await node.call('sendMessage', to, from, base64(SUBJECT), base64(body), 2, 3600);
    }
    await untilInbox(node, SUBJECT, HTML_TRICKS.length);
    mailbox = await MailboxPage.open(browser, node);
    await mailbox.go('inbox');
    await mailbox.row('onerror=alert').click();
    const shown = mailbox.page.getByRole('article').filter({ hasText: '<b>end of ' });
    await mailbox.until(shown.nth(HTML_TRICKS.length - 1));
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  async function nothingHappened(): Promise<void> {
    const { page, watched } = mailbox;
    assert.equal(await page.evaluate(() => 'tricked' in window), false);
    assert.doesNotMatch(await page.title(), /tricked/);
    assert.deepEqual(watched.foreign, []);
    assert.deepEqual(watched.faults, []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, 'the page is wider than the window');
    assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/#/);
  }

  it('are of at least forty kinds', () => assert.ok(HTML_TRICKS.length >= 40));

  it('show as the text they are', async () => {
    const texts = await mailbox.page.getByRole('article').allInnerTexts();
    for (const { name } of HTML_TRICKS) {
      assert.ok(
        texts.some((text) => text.includes(`<b>end of ${name}</b>`)),
        name,
      );
    }
    const marked = await mailbox.page
      .locator('article script, article img, article iframe')
      .count();
    assert.equal(marked, 0);
    assert.doesNotMatch(texts.join(''), /[\u202a-\u202e\u2066-\u2069]/);
    assert.deepEqual(mailbox.watched.policy, []);
    await nothingHappened();
  });

  it('show as pages without scripts, styles and anything from elsewhere', async () => {
    const { page } = mailbox;
    for (const { name } of HTML_TRICKS) {
      const article = page.getByRole('article').filter({ hasText: `end of ${name}</b>` });
      await article.getByRole('button', { name: 'Show as a page' }).click();
    }
    await mailbox.until(page.locator('article iframe').nth(HTML_TRICKS.length - 1));
    assert.equal(await page.locator('article iframe').count(), HTML_TRICKS.length);
    const frames = await until('a frame for each', STEP_LIMIT_MS, () => {
      const all = page.frames().slice(1);
      return all.length >= HTML_TRICKS.length ? all : undefined;
    });
    assert.equal(frames.length, HTML_TRICKS.length);
    for (const frame of frames) {
      // Before it is loaded a frame is an empty page, which would be harmless, too.
      await frame.waitForURL('about:srcdoc');
      await frame.waitForLoadState('load');
      assert.equal(frame.childFrames().length, 0);
    }
    await nothingHappened();
  });

  it('show the true target of a link and ask before it is opened', async () => {
    const { page } = mailbox;
    await page.getByRole('button', { name: 'http://beacon.example/true' }).click();
    const sheet = page.getByRole('dialog', { name: 'Open this link?' });
    await sheet.getByText('http://beacon.example/true', { exact: true }).waitFor();
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await nothingHappened();
  });
});
