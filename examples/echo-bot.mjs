// Answers every message with its own text. Start a node, then: node examples/echo-bot.mjs
// User and password are those of settings.ini (apiusername, apipassword).
import { PetrelClient } from '../dist/src/client/client.js';

const { PETREL_URL: url, PETREL_USER: username, PETREL_PASSWORD: password } = process.env;
const petrel = new PetrelClient({ url: url ?? 'http://127.0.0.1:8442', username, password });
for await (const { name, data } of petrel.events()) {
  if (name !== 'message.received' || data.message.kind !== 'direct') continue;
  const { fromAddress, toAddress, subject, body } = await petrel.call('messages.get', {
    id: data.message.id,
  });
  await petrel.call('outgoing.send', { fromAddress: toAddress, to: [fromAddress], subject, body });
}
