/** The settings that the mail core follows. It reads them at each use, so a live view may be given. */
import type { Difficulty } from '../objects/difficulty.js';
import type { OnionPeer } from '../objects/onionpeer.js';

export interface MailSettings {
  /** The network's: 1000/1000, in test mode 10/10. Every other difficulty is raised to it. */
  readonly minimumDifficulty: Difficulty;
  /** What new identities demand of senders. */
  readonly newIdentityDifficulty: Difficulty;
  /** Above this a message becomes `toodifficult`; 0 stands for {@link RIDICULOUS_DIFFICULTY}. */
  readonly maxAcceptableDifficulty: Difficulty;
  /** `black`: everybody but the enabled entries of the blacklist; `white`: only the whitelist's. */
  readonly listMode: 'black' | 'white';
  /** 0, 1 or 2 (objects.md §10.1). */
  readonly ackStealthLevel: number;
  /** Send to recipients that demand their ripe in clear (the message itself does not show it). */
  readonly willinglySendToMobile: boolean;
  /** Seconds after which an unanswered message is not sent again; undefined: never stop. */
  readonly stopResendingAfterS: number | undefined;
  /** Time to live of messages that name none, and of mailing lists' broadcasts. */
  readonly defaultTtlS: number;
  /** Acknowledgements are published after a random time up to this. */
  readonly ackDelayS: number;
  /** Own public keys are published after a random time up to this. */
  readonly keyAnswerDelayS: number;
  /** Zero bytes at the beginning of the ripe of new addresses (1, or 2 for a shorter address). */
  readonly leadingZeroBytes: number;
  /** Largest size of an inflated extended message. */
  readonly maxInflatedBytes: number;
  /** Our onion service, to be announced to the network; undefined: none. */
  readonly ownOnion: OnionPeer | undefined;
  /** Streams this node takes part in. */
  readonly streams: readonly number[];
}

/** Stands for "no limit" in maxacceptable… settings. [helper_startup.py:updateConfig] */
export const RIDICULOUS_DIFFICULTY = 20_000_000 * 1000;

/** The defaults of PyBitmessage and of the privacy delays. */
export const DEFAULT_MAIL_SETTINGS: MailSettings = {
  minimumDifficulty: { nonceTrialsPerByte: 1000, payloadLengthExtraBytes: 1000 },
  newIdentityDifficulty: { nonceTrialsPerByte: 1000, payloadLengthExtraBytes: 1000 },
  maxAcceptableDifficulty: {
    nonceTrialsPerByte: RIDICULOUS_DIFFICULTY,
    payloadLengthExtraBytes: RIDICULOUS_DIFFICULTY,
  },
  listMode: 'black',
  ackStealthLevel: 0,
  willinglySendToMobile: false,
  stopResendingAfterS: undefined,
  defaultTtlS: 367_200,
  ackDelayS: 30,
  keyAnswerDelayS: 30,
  leadingZeroBytes: 1,
  maxInflatedBytes: 1_048_576,
  ownOnion: undefined,
  streams: [1],
};
