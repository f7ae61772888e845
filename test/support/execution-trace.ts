/**
 * Shows whether a WebAssembly module's way depends on its data: every block entered, and every address
 * read or written, goes into a sum.
 */
import binaryen from 'binaryen';
import { wasmEngine } from '../../src/util/wasm.js';

export interface TracedModule {
  readonly exports: object;
  /** A sum over all that `run` does, in its order, and how many steps that were. */
  readonly trace: (run: () => void) => { readonly sum: number; readonly steps: number };
}

export function traceModule(binary: Uint8Array): TracedModule {
  const { SIMD128, BulkMemory, MutableGlobals, SignExt } = binaryen.Features;
  const features = (SIMD128 | BulkMemory | MutableGlobals | SignExt) as binaryen.Features;
  const instrumented = binaryen.readBinaryWithFeatures(binary, features);
  instrumented.runPasses(['log-execution', 'instrument-memory']);
  const module = new wasmEngine.Module(instrumented.emitBinary());
  instrumented.dispose();
  let [sum, steps] = [0, 0];
  const note = (value: number): void => {
    sum = (Math.imul(sum, 31) + value) | 0;
    steps++;
  };
  const address = (place: number, _bytes: number, _offset: number, at: number): number => {
    note(place);
    note(at);
    return at;
  };
  const value = (_place: number, unchanged: unknown): unknown => unchanged;
  const kinds = ['i32', 'i64', 'f32', 'f64'];
  const values = kinds.flatMap((kind) => [`load_val_${kind}`, `store_val_${kind}`]);
  const imports = {
    log_execution: note,
    load_ptr: address,
    store_ptr: address,
    memory_grow_pre: value,
    memory_grow_post: value,
    ...Object.fromEntries(values.map((name) => [name, value])),
  };
  const { exports } = new wasmEngine.Instance(module, { env: imports });
  return {
    exports,
    trace(run) {
      [sum, steps] = [0, 0];
      run();
      return { sum, steps };
    },
  };
}
