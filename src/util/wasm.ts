/** The few parts of the WebAssembly interface that are used; the ES library types leave them out. */
import { readFileSync } from 'node:fs';

/** A compiled module; may be posted to worker threads, which then need not compile it again. */
export interface WasmModule {
  readonly __wasmModule: never;
}

interface Engine {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  /** Sizes in pages of 64 KiB. */
  readonly Memory: new (size: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
  readonly Table: new (size: { element: 'anyfunc'; initial: number; maximum: number }) => object;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
}

export const { WebAssembly: wasmEngine } = globalThis as unknown as { WebAssembly: Engine };

/** A compiled file; undefined when it is not there, damaged, or of instructions unknown to this engine. */
export function compileWasmFile(file: URL): WasmModule | undefined {
  try {
    const bytes = readFileSync(file);
    return wasmEngine.validate(bytes) ? new wasmEngine.Module(bytes) : undefined;
  } catch {
    return undefined; // Whoever asks has something slower to go on with.
  }
}
