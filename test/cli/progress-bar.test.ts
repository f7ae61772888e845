import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressBar } from '../../src/cli/progress-bar.js';

function written(isTTY: boolean): string[] {
  const texts: string[] = [];
  const bar = new ProgressBar({ isTTY, write: (text: string) => texts.push(text) });
  bar.show('inbox', 1, 2);
  bar.show('inbox', 1, 2);
  bar.show('inbox', 5, 0);
  bar.end();
  return texts;
}

test('the bar is on one line of a terminal, and nowhere else', () => {
  const [shown, cleared, ...more] = written(true);
  assert.match(shown ?? '', /^\rinbox +\[#{15} {15}\] {2}50 %$/);
  assert.match(cleared ?? '', /^\r +\r$/);
  assert.deepEqual(more, []);
  assert.deepEqual(written(false), []);
});
