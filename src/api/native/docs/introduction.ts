/** The hand-written beginning of docs/native-api.md. */

export const INTRODUCTION = `# The native API

Made by \`npm run build:api-docs\` from the schemas in \`src/api/native/schema\`; do not edit.

What the web mailbox, the typed client and new programs use, at the address of the remote API (default
\`http://127.0.0.1:8442\`). PyBitmessage's API is beside it and unchanged: [api.md](api.md).

The typed client is in \`src/client\` (built: \`dist/src/client/client.js\`; fetch only, for browsers and Node 20): a bot in ten
lines is [examples/echo-bot.mjs](../examples/echo-bot.mjs).

## Calls

JSON-RPC 2.0: \`POST /rpc/v1\`, \`Content-Type: application/json\`, parameters by name. Batches (up to 100) are
carried out in order. Unknown parameters are refused. A call that fails answers HTTP 200 with an \`error\`: \`code\`
is a number, \`data.code\` a word from the list at the end, \`message\` English for logs.

Texts are Unicode; what others wrote in bytes that are no UTF-8 comes with U+FFFD in their place. Units are in
the names: \`…S\` seconds (times: Unix seconds), \`…Ms\` milliseconds, \`…Bytes\`.

Lists come in pages of \`limit\` rows; \`nextCursor\` of one page is \`cursor\` of the next, and absent on the last.

## Logging in

Programs: HTTP Basic authentication with \`apiusername\` and \`apipassword\`, or with the line in \`api.cookie\` of
the data directory. Nothing else is needed.

Browsers: a session.

| request | |
| --- | --- |
| \`POST /session\` with \`{"username", "password"}\` or \`{"link"}\` | 200 \`{"token", "expiresS"}\` and the cookie (HttpOnly, SameSite=Strict); 401 when it is wrong |
| \`GET /session\` | 200 \`{"token", "expiresS"}\` while logged in, otherwise 401 |
| \`DELETE /session\` | ends this session |
| \`DELETE /session?everywhere=true\` | ends all sessions |

The token goes into the header \`X-Petrel-Token\` of every request that is not GET (not of \`POST /session\`); a
request with the cookie and without it gets 403. Requests whose \`Origin\` is another site get 403, whatever they
know. A link is \`/#login=TOKEN\`: the page sends the token as \`{"link": TOKEN}\`; it works once.

## Event stream

\`GET /events\` (session or Basic authentication) is a stream of server-sent events: \`id:\` is the event's number,
\`event:\` its name, \`data:\` JSON: \`{"id", "atMs", "name", "data"}\`. Numbers grow, also over restarts. A client that
reconnects sends \`Last-Event-ID\` (browsers do by themselves) or \`?after=ID\` and gets what it missed. When that is
not known any more, the first event is \`resync\`: read everything anew. Without an id the stream begins with what
happens next; \`lastEventId\` of \`node.info\` is a safe place to begin. A comment line comes every 15 seconds.
`;
