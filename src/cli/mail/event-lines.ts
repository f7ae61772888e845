/** Events of the node, a line each. */
import type { NativeEvent } from '../../api/native/schema/events.js';
import { printableLine } from '../terminal/printable.js';
import { durationText, localClock } from '../terminal/quantities.js';
import { messageName } from './message-names.js';
import { stateLine } from './state-words.js';

const NAME_WIDTH = 17;
const MS = 1_000;
const MILLION = 1_000_000;

/** `03:10:05 message.received  12 from Alice: Lunch?` */
export function eventLine(event: NativeEvent): string {
  const text = `${localClock(event.atMs)} ${event.name.padEnd(NAME_WIDTH)} ${detailsOf(event)}`;
  return printableLine(text).trimEnd();
}

function detailsOf(event: NativeEvent): string {
  switch (event.name) {
    case 'message.received': {
      const { message } = event.data;
      const { fromName, fromAddress, place, subject } = message;
      const where = place === 'inbox' ? '' : ` in ${place}`;
      return `${messageName(message)}${where} from ${fromName || fromAddress}: ${subject}`;
    }
    case 'message.changed':
      return `${event.data.change}, ${event.data.ids?.length ?? 'many'} messages`;
    case 'outgoing.changed':
      return `to ${event.data.toAddress}: ${stateLine(event.data.state)}`;
    case 'draft.changed':
      return event.data.deleted ? 'deleted' : 'saved';
    default:
      return otherDetails(event);
  }
}

function otherDetails(event: NativeEvent): string {
  switch (event.name) {
    case 'pow.started':
    case 'pow.progress':
    case 'pow.done':
      return workDetails(event);
    case 'peer.up':
      return `${event.data.peer.host} ${event.data.peer.port} ${event.data.peer.userAgent}`;
    case 'peer.down':
      return `${event.data.peer.host} ${event.data.peer.port} ${event.data.reason}`;
    case 'network.changed':
      return `${event.data.status}, ${event.data.peers} peers`;
    case 'sync.progress':
      return `${event.data.objects} objects, ${event.data.pendingDownloads} still to fetch`;
    case 'book.changed':
      return `${event.data.book} ${event.data.address ?? ''}`;
    case 'settings.changed':
      return event.data.names.join(', ');
    case 'takeover.progress':
      return `${event.data.what}: ${event.data.done} of ${event.data.total}`;
    case 'condition.changed':
      return event.data.active ? event.data.condition.text : `over: ${event.data.condition.code}`;
    case 'warning':
    case 'notice':
      return event.data.text;
    case 'resync':
      return `events were missed (${event.data.reason})`;
    default:
      return 'address' in event.data ? event.data.address : '';
  }
}

function workDetails(event: Extract<NativeEvent, { name: `pow.${string}` }>): string {
  switch (event.name) {
    case 'pow.started':
      return `${event.data.purpose}: ${trialsText(event.data.expectedTrials)} on average`;
    case 'pow.progress':
      return `${event.data.purpose}: ${trialsText(event.data.trials)}`;
    default: {
      const { purpose, trials, elapsedMs } = event.data;
      return `${purpose}: ${trialsText(trials)}, ${durationText(elapsedMs / MS)}`;
    }
  }
}

/** `12345 trials`, `2.3 million trials` */
export function trialsText(trials: number): string {
  if (trials < MILLION) return `${Math.round(trials)} trials`;
  return `${(trials / MILLION).toFixed(1)} million trials`;
}
