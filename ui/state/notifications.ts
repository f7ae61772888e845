/** Notes of the browser about new messages, when the person wants them and does not see the page. */
import { visibleLine } from '../logic/visible-text.js';
import { live } from './live.svelte.js';
import { preferences } from './preferences.svelte.js';
import { t } from './texts.svelte.js';

class Notifications {
  /** Asks the browser; false when the person refused. */
  async allow(): Promise<boolean> {
    if (!('Notification' in window)) return false;
    return (await Notification.requestPermission()) === 'granted';
  }

  start(): () => void {
    return live.on(['message.received'], ({ data: { message } }) => {
      if (!preferences.notify || document.visibilityState === 'visible') return;
      if (!('Notification' in window) || Notification.permission !== 'granted') return;
      const name = visibleLine(message.fromName || message.fromAddress);
      const note = new Notification(t('newMessageFrom', { name }), {
        body: visibleLine(message.subject),
        tag: message.id,
        icon: '/petrel.svg',
      });
      note.onclick = () => window.focus();
    });
  }
}

export const notifications = new Notifications();
