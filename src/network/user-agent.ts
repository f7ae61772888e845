/** What PyBitmessage takes for a user agent, on one line [bmproto.py:bm_command_version]. */
const VALID = /^\/[a-zA-Z]+:[0-9]+\.?[\w ().:;/-]*\/$/;

/** Shown instead of anything else. */
const INVALID = '/INVALID:0/';

/** The user agent of a peer as it may be shown: text from a stranger. */
export function displayUserAgent(userAgent: string): string {
  return VALID.test(userAgent) ? userAgent : INVALID;
}
