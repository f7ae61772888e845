/** Puts text where the person can paste it from. */
import { t } from './texts.svelte.js';
import { toasts } from './toasts.svelte.js';

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show(t('copied'));
  } catch {
    // Only pages of HTTPS and of this machine may; elsewhere the person copies by hand.
    toasts.show(text);
  }
}
