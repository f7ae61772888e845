/** Chromium for tests of the page: the one of the system, kept on loopback. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** A step of the page and its own node, on a machine with other work. */
const PAGE_LIMIT_MS = 60_000;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** PETREL_CHROMIUM, or the first that PATH has. */
function findChromium(): string | undefined {
  const given = process.env['PETREL_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...(given ? [given] : []), ...paths].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const executablePath = findChromium();

/** Far above what a suite takes, even on a machine with other work. */
const SUITE_LIMIT_MS = 900_000;

/** Options of every suite with a browser: skipped where there is none, with the reason. */
export const browserSuite: { readonly skip: string | false; readonly timeout: number } = {
  skip: executablePath === undefined && 'no Chromium here (apt-get install chromium)',
  timeout: SUITE_LIMIT_MS,
};

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    // Chromium's sandbox does not start for root; no page here is of a stranger.
    chromiumSandbox: process.getuid?.() !== 0,
    // No name has an address: whatever a page asks for elsewhere fails, and Chromium's own wishes too.
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
}

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Requests to anywhere but `origin`, blocked ones included. */
  readonly foreign: string[];
  /** Errors of the page's own code, and dialogs. */
  readonly faults: string[];
  /** What the content security policy complained about. */
  readonly policy: string[];
}

/** A person of their own: no cookies of others. */
export async function openPage(
  browser: Browser,
  origin: string,
  { width = 1280, height = 800, colorScheme = 'light', locale = 'en-GB' }: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale,
    baseURL: origin,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PAGE_LIMIT_MS);
  const page = await context.newPage();
  const foreign: string[] = [];
  const faults: string[] = [];
  const policy: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    const isOwn = url.startsWith(`${origin}/`) || /^(blob:|data:|about:)/.test(url);
    if (!isOwn) foreign.push(url);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) policy.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, context, foreign, faults, policy };
}
