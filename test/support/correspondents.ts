/** Two linked mail cores, A and B, with an identity each: what most tests of mail begin with. */
import type { TestContext } from 'node:test';
import { MemoryNetwork, type MemoryNode } from './memory-network.js';

export interface Correspondents {
  readonly network: MemoryNetwork;
  readonly a: MemoryNode;
  readonly b: MemoryNode;
  /** Identity of A. */
  readonly anna: string;
  /** Identity of B. */
  readonly bert: string;
}

export interface CorrespondentsOptions {
  /** How B makes its identity; a plain new address. */
  readonly makeBert?: (b: MemoryNode) => Promise<string>;
  /** B has its identity made off-line and stays so: A cannot know its key. */
  readonly bertOffline?: boolean;
}

/** Resolves when both are idle. */
export async function createCorrespondents(
  t: TestContext,
  { makeBert = (b) => b.newAddress(), bertOffline = false }: CorrespondentsOptions = {},
): Promise<Correspondents> {
  const network = new MemoryNetwork();
  const a = await network.node(t);
  const b = await network.node(t);
  const anna = await a.newAddress();
  b.isOnline = !bertOffline;
  const bert = await makeBert(b);
  await network.quiet();
  return { network, a, b, anna, bert };
}
