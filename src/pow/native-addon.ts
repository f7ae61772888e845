/**
 * The optional native addon (src/pow/native, `npm run build:native`): found at run time or not, never
 * required. It says itself which of its kernels the processor can run.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** As in addon.c: a file built from other sources is not used. */
export const ADDON_VERSION = 1;

/** @see Kernel.search in kernel.ts; `initialHash` has 64 bytes. */
export type NativeSearch = (
  initialHash: Uint8Array,
  start: bigint,
  count: number,
  target: bigint,
) => bigint;

export interface NativeAddon {
  readonly version: number;
  /** By kernel: `avx512`, `avx2`, `scalar`; only those that this processor can run. */
  readonly kernels: Readonly<Record<string, NativeSearch | undefined>>;
}

/** Where the build puts it: prebuilds/PLATFORM-ARCHITECTURE/petrel-pow.node in the package. */
export const ADDON_FILE = fileURLToPath(
  new URL(
    `../../../prebuilds/${process.platform}-${process.arch}/petrel-pow.node`,
    import.meta.url,
  ),
);

/**
 * Loads the addon into this thread; undefined when there is none, or when the environment says
 * PETREL_POW_ADDON=off.
 * @throws Error when there is one that cannot be loaded or is of another version
 */
export function loadAddon(file = ADDON_FILE): NativeAddon | undefined {
  if (process.env['PETREL_POW_ADDON'] === 'off' || !existsSync(file)) return undefined;
  const addon = createRequire(import.meta.url)(file) as NativeAddon;
  if (addon.version !== ADDON_VERSION) {
    throw new Error(`${file} is of version ${addon.version}: run npm run build:native again`);
  }
  return addon;
}
