/**
 * libsecp256k1 as @bitauth/libauth brings it, compiled to WebAssembly by Emscripten, instantiated at once.
 *
 * Libauth's own functions for that are asynchronous. A module that awaits them at its top must not be in
 * a worker thread: to end the thread while it waits crashes the whole process (V8's "Check failed:
 * (location_) != nullptr", seen with Node 22.23), and `require` refuses such a module.
 */
import { compileWasmFile, wasmEngine } from '../util/wasm.js';

const FILE = '@bitauth/libauth/build/lib/bin/secp256k1/secp256k1.wasm';

const PAGE_BYTES = 65_536;
/** Size that the binary was linked for; it does not grow. Bytes. */
const MEMORY_BYTES = 256 * PAGE_BYTES;
/** Constants of the binary lie from 1,024 up to here; here it keeps the end of its heap. Bytes. */
const STATIC_END = 1_024 + 67_712;
const ALIGNMENT = 16;
/** Emscripten's usual stack, bytes; the heap begins above it. */
const STACK_BYTES = 5 * 1024 * 1024;
/** Callbacks in the binary's table of functions. */
const TABLE_SIZE = 6;

/** `SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY` [secp256k1.h]. */
export const CONTEXT_SIGN_AND_VERIFY = 0x301;
/** `SECP256K1_EC_UNCOMPRESSED` [secp256k1.h]. */
export const UNCOMPRESSED = 0x2;

type Call = (...parameters: number[]) => number;

/** What we use of its exports; parameters as in secp256k1.h, addresses and sizes are numbers. */
export interface Secp256k1Calls {
  readonly _malloc: Call;
  readonly _secp256k1_context_create: Call;
  readonly _secp256k1_context_randomize: Call;
  readonly _secp256k1_ec_seckey_verify: Call;
  readonly _secp256k1_ec_pubkey_create: Call;
  readonly _secp256k1_ec_pubkey_parse: Call;
  readonly _secp256k1_ec_pubkey_serialize: Call;
  readonly _secp256k1_ec_pubkey_tweak_mul: Call;
  readonly _secp256k1_ecdsa_sign: Call;
  readonly _secp256k1_ecdsa_signature_normalize: Call;
  readonly _secp256k1_ecdsa_signature_parse_compact: Call;
  readonly _secp256k1_ecdsa_signature_serialize_compact: Call;
  readonly _secp256k1_ecdsa_verify: Call;
}

export interface Secp256k1Module {
  readonly calls: Secp256k1Calls;
  /** All of its memory. */
  readonly heap: Uint8Array;
}

/** @throws Error when the package is incomplete. */
export function loadSecp256k1(): Secp256k1Module {
  const module = compileWasmFile(new URL(import.meta.resolve(FILE)));
  if (!module) throw new Error(`cannot load ${FILE}; install Petrel again`);
  const pages = MEMORY_BYTES / PAGE_BYTES;
  const memory = new wasmEngine.Memory({ initial: pages, maximum: pages });
  const stackStart = align(STATIC_END + Uint32Array.BYTES_PER_ELEMENT);
  const heapStart = align(stackStart + STACK_BYTES);
  new DataView(memory.buffer).setUint32(STATIC_END, heapStart, true);
  const heap = new Uint8Array(memory.buffer);
  const { exports } = new wasmEngine.Instance(module, {
    env: {
      memory,
      table: new wasmEngine.Table({ element: 'anyfunc', initial: TABLE_SIZE, maximum: TABLE_SIZE }),
      tableBase: 0,
      DYNAMICTOP_PTR: STATIC_END,
      STACKTOP: stackStart,
      getTotalMemory: () => MEMORY_BYTES,
      _emscripten_memcpy_big: (to: number, from: number, length: number) => {
        heap.copyWithin(to, from, from + length);
        return to;
      },
      ___setErrNo: (value: number) => value, // Nobody reads it.
      abort: fail,
      _abort: fail,
      enlargeMemory: fail,
      abortOnCannotGrowMemory: fail,
    },
  });
  return { calls: exports as Secp256k1Calls, heap };
}

function align(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

/** For what the library calls when it was misused. */
function fail(): never {
  throw new TypeError('libsecp256k1 was called with what it does not take');
}
