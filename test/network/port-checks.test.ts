import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PORT_CHECKS } from '../../src/network/limits.js';
import { PortChecks } from '../../src/network/port-checks.js';

describe('addresses that want to be dialled', () => {
  it('are given out once, in the order they came', () => {
    const checks = new PortChecks();
    assert.equal(checks.add({ host: '5.6.7.8', port: 1 }), true);
    assert.equal(checks.add({ host: '5.6.7.9', port: 2 }), true);
    assert.equal(checks.add({ host: '5.6.7.8', port: 1 }), true);
    assert.deepEqual(checks.take(), { host: '5.6.7.8', port: 1 });
    assert.deepEqual(checks.take(), { host: '5.6.7.9', port: 2 });
    assert.equal(checks.take(), undefined);
  });

  it('are public, have a port, and are few', () => {
    const checks = new PortChecks();
    assert.equal(checks.add({ host: '192.168.1.1', port: 8444 }), false);
    assert.equal(checks.add({ host: '5.6.7.8', port: 0 }), false);
    for (let last = 1; last <= MAX_PORT_CHECKS; last++) {
      assert.equal(checks.add({ host: `5.6.7.${last}`, port: 8444 }), true);
    }
    assert.equal(checks.add({ host: '5.6.8.1', port: 8444 }), false);
  });
});
