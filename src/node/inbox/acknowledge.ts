/** The acknowledgement that a message asks us to publish. [objects.md §10.2] */
import { readAckPacket } from '../../objects/ack.js';
import { checkObject } from '../../objects/check.js';
import { ObjectError } from '../../objects/errors.js';
import type { IdentityRecord, OutgoingObject } from '../../store/repositories.js';
import { randomInt } from '../../util/random.js';
import type { MailContext } from '../mail-dependencies.js';

/**
 * Undefined when none is due: a chan, an identity that does not acknowledge, an empty or broken
 * packet, or an object that the network would not take. It is published after a random time, so
 * that it does not show who received the message.
 */
export function acknowledgementOf(
  { settings, clock, store, log }: MailContext,
  recipient: IdentityRecord,
  packet: Uint8Array,
): OutgoingObject | undefined {
  if (recipient.chan || recipient.dontSendAck) return undefined;
  const object = readAckPacket(packet);
  if (!object) return undefined;
  try {
    // Its sender chose every byte: the same checks as for an object from the network.
    const { hash } = checkObject(object, {
      nowS: clock.nowS(),
      minimum: settings.minimumDifficulty,
      streams: [...settings.streams],
    });
    if (store.inventory.has(hash)) return undefined;
    return { hash, object, publishAtMs: clock.nowMs() + randomInt(0, settings.ackDelayS * 1000) };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    log.info({ code: error.code }, 'acknowledgement not acceptable, not published');
    return undefined;
  }
}
