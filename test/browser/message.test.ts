/** What can be done with messages besides reading them; on a phone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import {
  createPetrelNetwork,
  untilConnected,
  untilInbox,
  type PetrelNetwork,
} from '../support/petrel-network.js';
import { base64, type PetrelProcess } from '../support/petrel-process.js';
import { browserSuite, launchBrowser } from './support/browser.js';
import { MailboxPage } from './support/mailbox-page.js';

const FILE = 'contents of the file\n';
/** As PyBitmessage's command line client writes it. */
const WITH_FILE = `See the file.

<!-- Note: File attachment below. Please use a base64 decoder, or Daemon, to save it. -->

Filename:notes.txt
Filesize:1KB
Encoding:base64

<attachment alt = "notes.txt" src='data:file/notes.txt;base64, ${base64(FILE)}' />`;
/** Times the network's own: days of work, which end within a second once in a million runs. */
const ENDLESS_DIFFICULTY = 100_000;
/** Nobody has it: its key never comes. */
const NOBODY = 'BM-2cTux3PGRqHTEH6wyUP2sWeT4LrsGgy63z';

describe('messages, on a phone', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let near: PetrelProcess;
  let far: PetrelProcess;
  let box: MailboxPage;
  let nearAddress = '';
  let demanding = '';

  before(async () => {
    network = createPetrelNetwork();
    near = await network.start('near', [], {
      settings: { 'bitmessagesettings.maxacceptablenoncetrialsperbyte': '20' },
    });
    [far, browser] = await Promise.all([network.start('far', [near]), launchBrowser()]);
    await untilConnected(near, 1);
    nearAddress = await near.createAddress('Near');
    const identity = [base64('Demanding'), false, ENDLESS_DIFFICULTY, 1];
    demanding = (await far.call('createRandomAddress', ...identity)) as string;
    const friend = await far.createAddress('Friend');
    await near.call('addAddressBookEntry', friend, base64('Friend'));
    await far.send(nearAddress, friend, 'With a file', WITH_FILE);
    await far.send(nearAddress, friend, 'Another', 'text');
    await untilInbox(near, 'With a file');
    await untilInbox(near, 'Another');
    box = await MailboxPage.open(browser, near, { width: 390, height: 780 });
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  async function download(click: () => Promise<void>): Promise<{ name: string; text: string }> {
    const [saved] = await Promise.all([box.page.waitForEvent('download'), click()]);
    return { name: saved.suggestedFilename(), text: readFileSync(await saved.path(), 'utf8') };
  }

  it('offers a file of bitmessagecli as a download and keeps it out of the text', async () => {
    await box.row('With a file').click();
    const article = box.page.getByRole('article');
    await article.getByText('See the file.').waitFor();
    assert.equal(await article.getByText('base64').count(), 0);
    const file = await download(() => box.button(/notes\.txt/).click());
    assert.deepEqual(file, { name: 'notes.txt', text: FILE });
  });

  it('saves a message as text', async () => {
    await box.button('More').click();
    const saved = await download(() =>
      box.page.getByRole('menuitem', { name: 'Save as text' }).click(),
    );
    assert.equal(saved.name, 'With a file.txt');
    assert.match(saved.text, /Subject: With a file\n\nSee the file\./);
    await box.button('Back').click();
  });

  it('marks all read', async () => {
    await box.seesAfter('Everything here is marked read.', () =>
      box.button('Mark all read').click(),
    );
    await box.row('Another').filter({ hasText: 'Unread' }).waitFor({ state: 'detached' });
  });

  it('says when the recipient demands too much, and works on it when told to', async () => {
    await box.write(demanding, 'At any price', 'body');
    await box.until(box.page.getByRole('status').filter({ hasText: 'Needs your decision' }));
    await box.page.getByText('The recipient demands more work').first().waitFor();
    await box.button('Send anyway').click();
    await box.page.getByRole('dialog').getByRole('button', { name: 'Send anyway' }).click();
    await box.until(box.page.getByRole('status').filter({ hasText: 'Computing proof of work' }));
    await box.page.getByText('You agreed to the recipient').waitFor();
    await box.button('Stop sending').click();
    // In the card, and for a moment as a note.
    await box.page.getByText('Sending was stopped.').first().waitFor();
  });

  it('stops sending', async () => {
    await box.write(NOBODY, 'Never mind', 'body');
    await box.until(box.page.getByRole('status').filter({ hasText: "recipient's key" }));
    await box.page
      .getByText(/in (3|2) days/)
      .first()
      .waitFor();
    await box.button('Stop sending').click();
    // In the card, and for a moment as a note.
    await box.page.getByText('Sending was stopped.').first().waitFor();
    await box.go('trash');
    await box.until(box.row('Never mind'));
  });

  it('did nothing behind the back', () => {
    assert.deepEqual(box.watched.foreign, []);
    assert.deepEqual(box.watched.faults, []);
    assert.deepEqual(box.watched.policy, []);
  });
});
