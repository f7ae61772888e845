/** The few parts of the WebAssembly interface that are used; the ES library types leave them out. */

/** A compiled module; may be posted to worker threads, which then need not compile it again. */
export interface WasmModule {
  readonly __wasmModule: never;
}

interface Engine {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
}

export const { WebAssembly: wasmEngine } = globalThis as unknown as { WebAssembly: Engine };
