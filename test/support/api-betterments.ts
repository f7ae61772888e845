/**
 * Where Petrel's answer may differ from the recorded one: PyBitmessage's accidents, listed in
 * docs/api-compatibility.md.
 */
import type { Outcome } from './api-answers.js';
import type { Exchange } from './api-recording.js';

/** By label: statuses that are as good as the recorded one. */
const STATUSES: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'auth without colon': [401],
  'auth with two colons': [401],
  'auth scheme only': [401],
  'auth not base64': [401],
  'auth empty': [401],
  'auth non-utf8': [401],
  'no Content-Length': [400, 411],
  'Content-Length not a number': [400],
  'Content-Length negative': [400],
  'Content-Length too long then EOF': [400],
  'Content-Length too short': [400],
  chunked: [200],
  "path ''": [400],
  'garbage request line': [400],
  'bad http version': [400],
  'empty line': [400],
};

const FREE_BODIES = new Set([
  ...['xml internal entity', 'gzip body', 'introspection', 'two pipelined requests'],
  ...['GET', 'GET without auth', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'],
]);

/** By method and label: error numbers that are as good as the recorded accident. */
const ERRORS: Readonly<Record<string, readonly number[]>> = {
  'sendMessage|to bad checksum': [8],
  'sendMessage|to garbage': [7, 8, 9],
  'sendMessage|to version 5': [10],
  'sendMessage|to empty': [7, 8, 9],
  'disseminatePubkey|ok': [7, 21, 26],
  'disseminatePubkey|empty': [21, 22, 26],
};

export function isStatusBetter({ label }: Exchange, status: number | undefined): boolean {
  return STATUSES[label]?.includes(status) ?? false;
}

/** True when only the status counts. */
export function isBodyFree({ label }: Exchange): boolean {
  return FREE_BODIES.has(label);
}

export function isAnswerBetter({ method, label, params }: Exchange, { error }: Outcome): boolean {
  const name = method ?? '';
  if (/^disseminatePre/.test(name) && /^(zero nonce|nonzero nonce|string diff)/.test(label)) {
    return !error || [21, 22].includes(error.code);
  }
  if (/^getMessageDataBy/.test(name) && /^(64 chars|short|32 chars)/.test(label)) {
    return !error || error.code === 19;
  }
  // Words and numbers for true and false are checked before they are stored.
  if (name === 'enableAddress') return typeof params?.[1] !== 'boolean';
  if (label === 'list with junk enabled') return !error;
  if (label.includes('named params')) return true;
  return error !== undefined && (ERRORS[`${name}|${label}`] ?? []).includes(error.code);
}
