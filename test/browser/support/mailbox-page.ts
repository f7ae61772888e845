/** The web mailbox as a person uses it: what they see and click, by the names on the page. */
import type { Browser, Locator, Page } from 'playwright-core';
import { openPage, type PageOptions, type WatchedPage } from './browser.js';
import type { PetrelProcess } from '../../support/petrel-process.js';

/** A step that other nodes have a part in. */
const STEP_LIMIT_MS = 180_000;

export class MailboxPage {
  readonly page: Page;
  readonly watched: WatchedPage;

  private constructor(watched: WatchedPage) {
    this.watched = watched;
    this.page = watched.page;
  }

  /** Opens the page of a node and logs in. @param before what is done to the page before the log-in. */
  static async open(
    browser: Browser,
    node: PetrelProcess,
    options?: PageOptions,
    before?: (page: Page) => Promise<void>,
  ): Promise<MailboxPage> {
    const watched = await openPage(browser, `http://127.0.0.1:${node.apiPort}`, options);
    const mailbox = new MailboxPage(watched);
    await mailbox.page.goto('/');
    await before?.(mailbox.page);
    await mailbox.login();
    return mailbox;
  }

  async login(): Promise<void> {
    await this.page.getByLabel('User name').fill('username');
    await this.page.getByLabel('Password').fill('password');
    await this.button('Log in').click();
    await this.page.getByLabel('Password').waitFor({ state: 'detached' });
  }

  /** The first-run guide. @returns the address. */
  async makeFirstIdentity(name: string): Promise<string> {
    await this.heading('Welcome to Petrel').waitFor();
    await this.page.getByLabel('Name').fill(name);
    await this.button('Create identity').click();
    await this.heading('Inbox').waitFor();
    return this.addressOf(name);
  }

  /** As the page shows it among the identities. */
  async addressOf(name: string): Promise<string> {
    await this.go('identities');
    const entry = this.page.getByRole('main').getByRole('listitem').filter({ hasText: name });
    return (await entry.locator('.mono').first().innerText()).trim();
  }

  async go(...parts: string[]): Promise<void> {
    const hash = `#/${parts.map(encodeURIComponent).join('/')}`;
    await this.page.evaluate((wanted) => {
      location.hash = wanted;
    }, hash);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name, exact: typeof name === 'string' });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** The row of a list with that text. */
  row(text: string): Locator {
    return this.page.getByRole('region', { name: 'Messages' }).getByRole('link', { name: text });
  }

  /** Writes and sends; what is open afterwards is the message in the outbox. */
  async write(to: string, subject: string, body: string): Promise<void> {
    await this.page.goto(`/#/compose?to=${encodeURIComponent(to)}`);
    await this.send(subject, body);
  }

  async broadcast(subject: string, body: string): Promise<void> {
    await this.page.goto('/#/compose');
    await this.page.getByLabel('Broadcast', { exact: true }).check();
    await this.send(subject, body);
  }

  /** Fills what is left of the form that is open. */
  async send(subject: string, body: string): Promise<void> {
    if (subject) await this.page.getByLabel('Subject').fill(subject);
    await this.page.getByRole('textbox', { name: 'Message', exact: true }).fill(body);
    await this.button('Send').click();
    await this.page.waitForURL(/#\/outbox\//);
  }

  /** Waits for a text that comes with the help of other nodes. */
  async until(locator: Locator): Promise<void> {
    await locator.first().waitFor({ timeout: STEP_LIMIT_MS });
  }

  /** Does it, and sees the text that comes up then, even if only for a moment. */
  async seesAfter(text: string, action: () => Promise<void>): Promise<void> {
    await Promise.all([this.page.getByText(text).first().waitFor(), action()]);
  }

  async close(): Promise<void> {
    await this.watched.context.close();
  }
}
