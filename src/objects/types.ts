/** Object types. Anything else is relayed without being looked into. */
export const OBJECT_TYPE = {
  getpubkey: 0,
  pubkey: 1,
  msg: 2,
  broadcast: 3,
  /** "tor": a hidden service that takes connections. */
  onionpeer: 0x746f72,
  /** "I2P": made by MiNode; relayed only. */
  i2p: 0x493250,
  /** "addr": reserved; relayed only. */
  addr: 0x61646472,
} as const;
