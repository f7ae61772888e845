/** `petrel/client`: calls and events of a running node, in browsers and in Node. docs/library.md */
export { PetrelClient } from '../client/client.js';
export { ConnectionError, RpcError } from '../client/errors.js';
export type { EventStream, EventStreamOptions } from '../client/event-stream.js';
export type { TransportOptions } from '../client/transport.js';
export type { MethodName, ParamsOf, ResultOf } from '../api/native/schema/all.js';
