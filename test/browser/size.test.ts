/** What the browser has to fetch for the page. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../support/vectors.js';

/** All of the page that one person ever needs: every view, one language besides English. */
const MAX_PAGE_BYTES = 150_000;

const folder = fileURLToPath(new URL('dist/ui/', projectRoot));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(js|css|html|svg)$/.test(name),
);
const gzipped = (name: string): number => gzipSync(readFileSync(join(folder, name))).length;

describe('the page', () => {
  it(`has at most ${MAX_PAGE_BYTES} bytes, compressed`, () => {
    const languages = files.filter((name) =>
      /[/\\](de|es|fr|it|pt|ru|ja|zh)-[^/\\]+\.js$/.test(name),
    );
    assert.equal(languages.length, 8);
    const rest = files.filter((name) => !languages.includes(name));
    const sum = rest.reduce((total, name) => total + gzipped(name), 0);
    const largest = Math.max(...languages.map(gzipped));
    assert.ok(sum + largest <= MAX_PAGE_BYTES, `${sum} and ${largest} for a language`);
  });

  it('has nothing inline: the policy allows files of the node only', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)/i);
    assert.doesNotMatch(html, /https?:\/\//);
  });
});
