/** Ways in and out: password, one-time link, log-out here and everywhere. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { PetrelClient } from '../../src/client/client.js';
import { createPetrelNetwork, type PetrelNetwork } from '../support/petrel-network.js';
import type { PetrelProcess } from '../support/petrel-process.js';
import { browserSuite, launchBrowser, openPage } from './support/browser.js';
import { MailboxPage } from './support/mailbox-page.js';

describe('logging in and out', browserSuite, () => {
  let network: PetrelNetwork;
  let browser: Browser;
  let node: PetrelProcess;
  let origin = '';

  before(async () => {
    network = createPetrelNetwork();
    [node, browser] = await Promise.all([network.start('node'), launchBrowser()]);
    origin = `http://127.0.0.1:${node.apiPort}`;
    await node.createAddress('Anna');
  });

  after(async () => {
    await browser.close();
    await network.close();
  });

  it('refuses a wrong password and says so', async () => {
    const { page, context } = await openPage(browser, origin);
    await page.goto('/');
    await page.getByLabel('User name').fill('username');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('User name or password is wrong.').waitFor();
    await context.close();
  });

  it('takes a link of the node, once', async () => {
    const login = { username: 'username', password: 'password' };
    const { path } = await new PetrelClient({ url: origin, ...login }).call('session.makeLink');
    const first = await openPage(browser, origin);
    await first.page.goto(path);
    await first.page.getByRole('heading', { name: 'Inbox' }).waitFor();
    assert.doesNotMatch(first.page.url(), /login/);
    await first.page.reload();
    await first.page.getByRole('heading', { name: 'Inbox' }).waitFor();
    const second = await openPage(browser, origin);
    await second.page.goto(path);
    await second.page.getByText('This link was used before or is too old.').waitFor();
    assert.equal(await second.page.getByRole('heading', { name: 'Inbox' }).count(), 0);
    await first.context.close();
    await second.context.close();
  });

  it('keeps the session where no script can read it', async () => {
    const box = await MailboxPage.open(browser, node);
    const cookies = await box.watched.context.cookies();
    assert.ok(cookies.length > 0);
    assert.ok(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Strict'));
    assert.equal(await box.page.evaluate(() => document.cookie), '');
    await box.close();
  });

  it('ends every session from one browser', async () => {
    const here = await MailboxPage.open(browser, node);
    const there = await MailboxPage.open(browser, node);
    await there.heading('Inbox').waitFor();
    await here.go('settings');
    await here.button('Log out everywhere').click();
    await here.button('Log in').waitFor();
    await there.page.reload();
    await there.button('Log in').waitFor();
    await here.close();
    await there.close();
  });
});
