/** Logging in and out: plain HTTP beside JSON-RPC. */
import { z } from 'zod';
import { timeS } from './scalars.js';

/** Body of POST /session, as application/json. */
export const loginRequest = z.union([
  z.strictObject({ username: z.string().max(1_000), password: z.string().max(1_000) }),
  z.strictObject({ link: z.string().max(200).describe('what follows #login= in the link') }),
]);
export type LoginRequest = z.infer<typeof loginRequest>;

/** Answer of POST and GET /session. */
export const sessionInfo = z.object({
  /** To be sent as header X-Petrel-Token with every request that is not GET. */
  token: z.string(),
  expiresS: timeS,
});
export type SessionInfo = z.infer<typeof sessionInfo>;

/** Name of the header that carries {@link SessionInfo}'s token. */
export const TOKEN_HEADER = 'X-Petrel-Token';
