/** A network of 40 nodes in one process: what one of them publishes is soon everywhere, whatever dies. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SimulatedInternet } from '../support/simulated-internet.js';

const NODES = 40;

it('40 nodes: all objects reach all, through deaths, a split and new beginnings', async (t) => {
  const internet = new SimulatedInternet();
  t.after(() => internet.close());
  await internet.grow(NODES);
  const connectedS = await internet.until('all have outbound peers', 300, () =>
    internet.nodes.every(
      ({ network }) =>
        network.connections().filter((one) => !one.inbound && one.established).length >= 4,
    ),
  );
  t.diagnostic(`connected after ${connectedS} s`);

  const keys = [internet.publish(internet.random())];
  const oneS = await internet.until('the object everywhere', 300, () => {
    return internet.countWithAll(keys) === NODES;
  });
  t.diagnostic(`one object everywhere after ${oneS} s`);

  // Ten die while their objects are on the way. What had not left a dying node may be lost with it.
  for (const node of internet.nodes.slice(0, 20)) keys.push(internet.publish(node));
  for (const node of internet.nodes.slice(0, 10)) await internet.kill(node);
  await internet.clock.advance(1_000);
  const living = keys.filter((key) => internet.nodes.some((one) => one.inventory.entries.has(key)));
  assert.ok(living.length > 10);
  const afterDeathS = await internet.until('what lived everywhere', 600, () => {
    return internet.countWithAll(living) === NODES - 10;
  });
  t.diagnostic(`${living.length} objects at the 30 left after ${afterDeathS} s`);

  // A split: each half goes on by itself.
  const half = new Set(internet.nodes.slice(0, 15).map(({ host }) => host));
  internet.partition((from, to) => half.has(from) !== half.has(to));
  await internet.clock.advance(120_000);
  const [left, right] = [internet.nodes[0], internet.nodes[29]];
  assert.ok(left && right);
  const inLeft = internet.publish(left);
  const inRight = internet.publish(right);
  const splitS = await internet.until('each in its half', 600, () => {
    return internet.nodes.every(({ host, inventory }) =>
      inventory.entries.has(half.has(host) ? inLeft : inRight),
    );
  });
  assert.ok(
    internet.nodes.every(({ host, inventory }) => {
      return !inventory.entries.has(half.has(host) ? inRight : inLeft);
    }),
  );
  t.diagnostic(`each in its half after ${splitS} s`);

  // Healed, and the dead come back with nothing.
  internet.heal();
  for (let index = 0; index < 10; index++) await internet.start(SimulatedInternet.hostOf(index));
  const all = [...living, inLeft, inRight];
  const healedS = await internet.until('all everywhere', 1_800, () => {
    return internet.countWithAll(all) === NODES;
  });
  t.diagnostic(`healed: ${all.length} objects at all 40 after ${healedS} s`);
});
