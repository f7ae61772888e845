/**
 * Contract of everything that is started and stopped. `start` resolves when the service works;
 * `stop` resolves when it holds no socket, file, worker or timer any more, may be called at any time
 * and more than once, and finishes or hands back what it had accepted.
 */
export interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}
