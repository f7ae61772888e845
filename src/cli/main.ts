/** Entry of the program `petrel`. */
import { runProgram } from './program.js';
import { screenOf } from './terminal/screen.js';

// Whoever read the output has gone: go on without it.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const status = await runProgram(process.argv.slice(2), {
  environment: process.env,
  out: (text) => void process.stdout.write(text),
  screen: screenOf(process.stdout, process.env),
  err: (text) => void process.stderr.write(text),
});
// Everything is stopped; a forgotten handle must not keep the process.
process.exit(status);
