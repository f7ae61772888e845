/** Two people, two nodes, two browsers: what a person does in the web mailbox, from the first run on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { browserSuite, launchBrowser } from './support/browser.js';
import { MailboxPage } from './support/mailbox-page.js';
import {
  createPetrelNetwork,
  untilConnected,
  type PetrelNetwork,
} from '../support/petrel-network.js';
import type { PetrelProcess } from '../support/petrel-process.js';

describe('the web mailbox', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let nodeOfAnna: PetrelProcess;
  let nodeOfBert: PetrelProcess;
  let anna: MailboxPage;
  let bert: MailboxPage;
  let annaAddress = '';
  let bertAddress = '';

  before(async () => {
    network = createPetrelNetwork();
    nodeOfAnna = await network.start('anna');
    [nodeOfBert, browser] = await Promise.all([
      network.start('bert', [nodeOfAnna]),
      launchBrowser(),
    ]);
    await untilConnected(nodeOfAnna, 1);
    anna = await MailboxPage.open(browser, nodeOfAnna);
    bert = await MailboxPage.open(browser, nodeOfBert);
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  it('guides through the first run to an identity', async () => {
    annaAddress = await anna.makeFirstIdentity('Anna');
    bertAddress = await bert.makeFirstIdentity('Bert');
    assert.match(annaAddress, /^BM-[1-9A-Za-z]{30,}$/);
    assert.notEqual(annaAddress, bertAddress);
  });

  it('shows the QR code of an identity', async () => {
    await anna.button('QR code').click();
    await anna.page.getByRole('img', { name: 'QR code' }).waitFor();
    await anna.page.getByText(`bitmessage:${annaAddress}?label=Anna`).waitFor();
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  it('sends a message and shows live that it was delivered', async () => {
    await anna.write(bertAddress, 'A first letter', 'Dear Bert,\n\nhow are you?');
    await anna.until(anna.page.getByRole('status').filter({ hasText: 'Delivered' }));
  });

  it('keeps mail of strangers among the requests until it is accepted', async () => {
    await bert.until(bert.link(/^Requests/).filter({ hasText: '1' }));
    await bert.link(/^Requests/).click();
    await bert.until(bert.row('A first letter'));
    await bert.row('A first letter').click();
    await bert.page.getByText('how are you?').first().waitFor();
    await bert.button('Accept').click();
    await bert.go('inbox');
    await bert.until(bert.row('A first letter'));
  });

  it('answers with the text quoted, in the same conversation', async () => {
    await bert.row('A first letter').click();
    await bert.button('Reply').click();
    const text = bert.page.getByRole('textbox', { name: 'Message', exact: true });
    await bert.page.getByRole('heading', { name: 'New message' }).waitFor();
    await bert.page.waitForFunction(() =>
      document.querySelector('textarea')?.value.includes('> how'),
    );
    assert.equal(await bert.page.getByLabel('Subject').inputValue(), 'Re: A first letter');
    await bert.send('', `Very well.${await text.inputValue()}`);
    await anna.go('inbox');
    await anna.until(anna.row('Re: A first letter'));
    await anna.row('Re: A first letter').click();
    await anna.until(anna.page.getByText('Very well.'));
    // The words are in the list's row, too, before the conversation is there.
    await anna.until(anna.page.getByRole('article').nth(1));
    assert.equal(await anna.page.getByRole('article').count(), 2);
  });

  it('follows broadcasts as a feed', async () => {
    await bert.go('feeds');
    await bert.button('Subscribe').click();
    await bert.page.getByRole('dialog').getByLabel('Name').fill('Letters of Anna');
    await bert.page.getByRole('dialog').getByLabel('Address').fill(annaAddress);
    await bert.button('Add').click();
    await bert
      .link(/^Letters of Anna/)
      .first()
      .waitFor();
    await anna.broadcast('News', 'To all who listen.');
    await anna.until(anna.page.getByRole('status').filter({ hasText: 'Published' }));
    await bert.go('feeds', annaAddress);
    await bert.until(bert.row('News'));
  });

  it('joins a chan and posts there', async () => {
    const name = 'a forum of two';
    for (const person of [anna, bert]) {
      await person.go('chans');
      await person.page.getByLabel('Name of the chan').fill(name);
      await person.button('Join').click();
      await person.heading(new RegExp(name)).waitFor();
    }
    await anna.link('Write to this chan').click();
    await anna.heading('New message').waitFor();
    await anna.page.getByRole('button', { name: /^Remove/ }).waitFor();
    await anna.send('A question', 'Who is here?');
    await bert.until(bert.row('A question'));
  });

  it('finds messages by words', async () => {
    await bert.page.getByRole('searchbox', { name: 'Search' }).first().fill('listen');
    await bert.page.keyboard.press('Enter');
    await bert.until(bert.row('News'));
  });

  it('keeps what is typed as a draft', async () => {
    await anna.page.goto(`/#/compose?to=${bertAddress}`);
    await anna.page.getByLabel('Subject').fill('Half a thought');
    await anna.page.getByText('Draft saved').waitFor();
    await anna.page.reload();
    await anna.go('drafts');
    await anna.link(/Half a thought/).click();
    await anna.page.waitForFunction(() =>
      [...document.querySelectorAll('input')].some(({ value }) => value === 'Half a thought'),
    );
    await anna.seesAfter('The draft was discarded.', () => anna.button('Discard').click());
  });

  it('leaves no draft of what is sent while it is saved for the first time', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const isSave = (request: { postData(): string | null }): boolean =>
      request.postData()?.includes('"drafts.save"') ?? false;
    await anna.page.route('**/rpc/v1', async (route) => {
      if (isSave(route.request())) await released;
      await route.continue();
    });
    const saving = anna.page.waitForRequest(isSave);
    await anna.page.goto(`/#/compose?to=${bertAddress}`);
    await anna.page.getByLabel('Subject').fill('In a hurry');
    await saving;
    await anna.button('Send').click();
    const isSent = anna.page.waitForURL(/#\/outbox\//);
    // A form that did not wait for the save would be through by then.
    await Promise.race([isSent, anna.page.waitForTimeout(1_000)]);
    release();
    await isSent;
    await anna.go('drafts');
    await anna.until(anna.page.getByText('No drafts'));
    await anna.page.unroute('**/rpc/v1');
  });

  it('moves to the trash and back', async () => {
    await anna.go('inbox');
    await anna.row('Re: A first letter').click();
    await anna.page.getByRole('toolbar').getByRole('button', { name: 'Trash' }).click();
    await anna.row('Re: A first letter').waitFor({ state: 'detached' });
    await anna.go('trash');
    await anna.until(anna.row('Re: A first letter'));
    await anna.row('Re: A first letter').click();
    await anna.button('Restore').click();
    await anna.go('inbox');
    await anna.until(anna.row('Re: A first letter'));
  });

  it('shows the private key only after the password', async () => {
    await anna.go('identities');
    await anna.button('More for Anna').click();
    await anna.page.getByRole('menuitem', { name: 'Show the private key' }).click();
    const sheet = anna.page.getByRole('dialog');
    await sheet.getByRole('textbox').fill('wrong');
    await sheet.getByRole('button', { name: 'Show the private key' }).click();
    await sheet.getByText('The password is wrong.').waitFor();
    await sheet.getByRole('textbox').fill('password');
    await sheet.getByRole('button', { name: 'Show the private key' }).click();
    await sheet.getByText('privsigningkey').waitFor();
    await sheet.getByRole('button', { name: 'Close' }).click();
  });

  it('blocks a sender', async () => {
    await bert.go('inbox');
    await bert.row('A first letter').click();
    await bert.page.getByRole('article').first().getByRole('button', { expanded: false }).click();
    await bert.page.getByRole('article').first().getByRole('button', { name: 'More' }).click();
    await bert.page.getByRole('menuitem', { name: 'Block' }).click();
    await bert.go('contacts');
    await bert.heading('Blocked senders').waitFor();
    await bert.page.getByText(annaAddress).first().waitFor();
  });

  it('logs out', async () => {
    await bert.go('settings');
    await bert.button('Log out').click();
    await bert.button('Log in').waitFor();
    await bert.page.reload();
    await bert.button('Log in').waitFor();
  });

  it('made no request to anywhere else and broke no rule of its policy', () => {
    for (const { watched } of [anna, bert]) {
      assert.deepEqual(watched.foreign, []);
      assert.deepEqual(watched.faults, []);
      assert.deepEqual(watched.policy, []);
    }
  });
});
