/** The page and the node go their own ways: restarts, closed browsers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { browserSuite, launchBrowser } from './support/browser.js';
import { freePort } from '../support/free-port.js';
import { MailboxPage } from './support/mailbox-page.js';
import {
  createPetrelNetwork,
  untilConnected,
  untilInbox,
  type PetrelNetwork,
} from '../support/petrel-network.js';
import type { PetrelProcess } from '../support/petrel-process.js';

const AWAY = 'No connection to the node. Trying again.';

describe('page and node apart', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let near: PetrelProcess;
  let far: PetrelProcess;
  let apiPort = 0;
  let nearAddress = '';
  let farAddress = '';

  before(async () => {
    network = createPetrelNetwork();
    apiPort = await freePort();
    far = await network.start('far');
    near = await startNear();
    browser = await launchBrowser();
    nearAddress = await near.createAddress('Near');
    farAddress = await far.createAddress('Far');
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  function startNear(): Promise<PetrelProcess> {
    return network.start('near', [far], { apiPort });
  }

  it('loses nothing when the browser is closed while a message is being sent', async () => {
    const mailbox = await MailboxPage.open(browser, near);
    await mailbox.write(farAddress, 'Closed at once', 'body');
    await mailbox.close();
    await untilInbox(far, 'Closed at once');
  });

  it('loads by itself as soon as a node answers that did not at the log-in', async () => {
    const mailbox = await MailboxPage.open(browser, near, {}, async (page) => {
      await page.route('**/rpc/v1', (route) => route.abort());
    });
    await mailbox.page.getByText(AWAY).waitFor();
    await mailbox.page.unroute('**/rpc/v1');
    await mailbox.heading('Inbox').waitFor();
    await mailbox.page.getByText(AWAY).waitFor({ state: 'detached' });
    await mailbox.close();
  });

  it('goes on without a reload after the node was restarted', async () => {
    const mailbox = await MailboxPage.open(browser, near);
    await mailbox.heading('Inbox').waitFor();
    await mailbox.page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await near.stop();
    await mailbox.page.getByText(AWAY).waitFor();
    near = await startNear();
    await mailbox.page.getByText(AWAY).waitFor({ state: 'detached' });
    await untilConnected(near, 1);
    await far.send(nearAddress, farAddress, 'After the restart', 'body');
    await mailbox.go('inbox');
    await mailbox.until(mailbox.row('After the restart'));
    assert.equal(await mailbox.page.evaluate(() => 'sameDocument' in window), true);
    await mailbox.close();
  });
});
