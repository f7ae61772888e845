/** The folders of the page as the node's queries. */
import type { IconName } from '../parts/icon-shapes.js';
import type { MailQuery } from '../state/mail-list.svelte.js';
import { overview } from '../state/overview.svelte.js';
import { t } from '../state/texts.svelte.js';

export interface FolderView {
  readonly title: string;
  readonly query: MailQuery;
  readonly icon: IconName;
  /** Said when there is nothing. */
  readonly nothing: string;
  readonly explanation: string;
}

/**
 * @param view first part of the route.
 * @param scope an address, `all`, or the words searched for.
 */
export function folderOf(view: string, scope: string, onlyUnread: boolean): FolderView {
  const unread = onlyUnread ? { unread: true } : {};
  const plain = { nothing: t('inboxNone'), explanation: '' };
  switch (view) {
    case 'requests':
      return {
        title: t('requests'),
        query: { folder: 'requests', ...unread },
        icon: 'requests',
        nothing: t('requestsNone'),
        explanation: t('requestsExplained'),
      };
    case 'starred':
      return {
        ...plain,
        title: t('starred'),
        query: { folder: 'starred', ...unread },
        icon: 'star',
      };
    case 'archive':
      return {
        ...plain,
        title: t('archive'),
        query: { folder: 'archive', ...unread },
        icon: 'archive',
      };
    case 'trash':
      return {
        ...plain,
        title: t('trash'),
        query: { folder: 'trash' },
        icon: 'trash',
        nothing: t('trashNone'),
      };
    case 'outbox':
      return {
        ...plain,
        title: t('outbox'),
        query: { folder: scope === 'open' ? 'outbox' : 'sent' },
        icon: 'outbox',
        nothing: t('outboxNone'),
      };
    case 'chans':
      return {
        ...plain,
        title: overview.nameOf(scope) || t('chans'),
        query: { folder: 'chans', chan: scope, ...unread },
        icon: 'chan',
      };
    case 'feeds':
      return {
        ...plain,
        title: overview.nameOf(scope) || t('feeds'),
        query: { folder: 'feeds', sender: scope, ...unread },
        icon: 'feed',
        explanation: t('feedsExplained'),
      };
    case 'search':
      return {
        ...plain,
        title: t('searchFor', { words: scope }),
        query: { folder: 'all', query: scope },
        icon: 'search',
        nothing: t('searchNone'),
      };
    default:
      return {
        title: scope === 'all' ? t('inbox') : overview.nameOf(scope) || t('inbox'),
        query: { folder: 'inbox', ...(scope !== 'all' && { identity: scope }), ...unread },
        icon: 'inbox',
        nothing: t('inboxNone'),
        explanation: t('inboxNoneText'),
      };
  }
}
