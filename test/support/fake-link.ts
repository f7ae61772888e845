/** An established peer that only writes down what it is sent. */
import type { Fault } from '../../src/network/fault-score.js';
import type { PeerLink } from '../../src/network/peer-link.js';
import { RejectionCounts, type Rejection } from '../../src/network/rejections.js';
import { NO_BYTES, toHex } from '../../src/util/bytes.js';
import { decodeInventoryVectors } from '../../src/wire/inventory-vectors.js';
import type { Command } from '../../src/wire/packet.js';

export class FakeLink implements PeerLink {
  readonly id: number;
  congested = false;
  room = Infinity;
  readonly sent: { command: Command; payload: Uint8Array }[] = [];
  readonly faults: Fault[] = [];
  readonly rejections = new RejectionCounts();

  constructor(id: number) {
    this.id = id;
  }

  send(command: Command, payload = NO_BYTES): void {
    this.sent.push({ command, payload });
  }

  fault(fault: Fault): void {
    this.faults.push(fault);
  }

  reject(reason: Rejection, count?: number): void {
    this.rejections.add(reason, count);
  }

  /** Hashes of all `inv` or `dinv` sent, in hex, in order. */
  announced(command: 'inv' | 'dinv' = 'inv'): string[] {
    return this.sent
      .filter((packet) => packet.command === command)
      .flatMap(({ payload }) => decodeInventoryVectors(payload).hashes.map(toHex));
  }
}
