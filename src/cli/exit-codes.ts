/** Exit statuses of the commands that talk to a node; told in docs/command-line.md and the man pages. */
export const EXIT = {
  done: 0,
  /** Wrong usage, or something that has to be put right first. */
  usage: 1,
  /** No node runs there, it cannot be reached, or it does not let us in. */
  notRunning: 3,
  /** There is no such message, address or name, or more than one. */
  notFound: 4,
  /** The node refused. */
  refused: 5,
  /** What was waited for will not come, or did not come in time. */
  waitedInVain: 6,
  unexpected: 70,
  /** Ended by Ctrl-C: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

/** For the man pages. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.done, 'Done.'],
  [EXIT.usage, 'Wrong usage, or something that has to be put right first; the message says what.'],
  [EXIT.notRunning, 'No node runs there, it cannot be reached, or it does not let us in.'],
  [EXIT.notFound, 'There is no such message, address or name, or more than one.'],
  [EXIT.refused, 'The node refused; the message says why.'],
  [EXIT.waitedInVain, 'What was waited for will not come, or did not come in time.'],
  [EXIT.unexpected, 'An unexpected error.'],
  [EXIT.interrupted, 'Ended by Ctrl-C.'],
];
