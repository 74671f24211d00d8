import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import type { LineSource } from './line-input.ts';
import type { KeyToken } from './tokenize-keys.ts';
import { tokenizeKeys } from './tokenize-keys.ts';

/** What is needed of `process.stdin`. */
export interface KeySource extends LineSource {
  unref?(): unknown;
}

/** A lone Escape is the Escape key when nothing has followed it for so long. */
const ESCAPE_MS = 50;
/** Keys that come closer together were not pressed one by one. */
const BURST_MS = 30;
/** A paste whose end is lost must not swallow the keyboard for ever. */
const PASTE_MS = 1000;
/** More text than this in one piece was not typed: a paste in a terminal that does not mark pastes. */
const UNMARKED_PASTE = 256;
/** React has handled a key, and subscribed its next handlers, within this many turns of the event loop. */
const TURNS = 4;

interface Queued {
  readonly token: KeyToken;
  readonly burst: boolean;
}

/**
 * The keyboard as Ink should see it: one key per read, a few turns of the event loop apart, so that a screen has reacted to a
 * key before it gets the next. Ink 6 alone hands a chunk of several keys to one handler, which then works with a state that is
 * out of date: `Down Down Enter` in one piece picks the first entry.
 *
 * Sequences and characters split between chunks are joined. Pasted text never becomes keys: it is told by the event `paste`.
 * Further events: `suspend` (Ctrl+Z was pressed) and `hangup` (the terminal is gone).
 */
export class KeyStdin extends EventEmitter {
  readonly isTTY: boolean;
  /** Whether the key read last came in one piece with others, or within 30 ms of the one before it. */
  burst = false;

  private readonly source: KeySource;
  private readonly now: () => number;
  private decoder = new StringDecoder('utf8');
  private pending = '';
  private timer: NodeJS.Timeout | undefined;
  private readonly queue: Queued[] = [];
  private readable: Queued | undefined;
  private scheduled = false;
  private listening = false;
  private lastArrival = Number.NEGATIVE_INFINITY;

  constructor(source: KeySource, now: () => number = () => performance.now()) {
    super();
    this.source = source;
    this.now = now;
    this.isTTY = source.isTTY === true;
    // Without a listener, an I/O error of a terminal that has gone would end the program.
    source.on('error', this.onGone);
  }

  /** Ink's way to begin and to end reading. Ending really stops it, so that a child process gets its keys. */
  setRawMode(on: boolean): this {
    if (on) this.start();
    else this.release();
    return this;
  }

  /** Stops reading, leaves raw mode and forgets what was typed ahead. */
  release(): void {
    if (!this.listening) return;
    this.listening = false;
    this.source.off('data', this.onData);
    this.source.off('end', this.onGone);
    this.source.setRawMode?.(false);
    this.source.pause();
    clearTimeout(this.timer);
    this.pending = '';
    this.queue.length = 0;
    this.readable = undefined;
    this.decoder = new StringDecoder('utf8');
  }

  /** For good: also stops listening for a lost terminal. */
  close(): void {
    this.release();
    this.source.off('error', this.onGone);
  }

  /** The next key, or null. */
  read(): string | null {
    const queued = this.readable;
    this.readable = undefined;
    if (queued?.token.type !== 'key') return null;
    this.burst = queued.burst;
    return queued.token.data;
  }

  setEncoding(): this {
    return this;
  }

  ref(): this {
    this.source.ref?.();
    return this;
  }

  unref(): this {
    this.source.unref?.();
    return this;
  }

  private start(): void {
    if (this.listening) return;
    this.listening = true;
    this.source.setRawMode?.(true);
    this.source.on('data', this.onData);
    this.source.on('end', this.onGone);
    this.source.resume();
  }

  private readonly onGone = (): void => {
    this.emit('hangup');
  };

  private readonly onData = (chunk: Buffer | string): void => {
    clearTimeout(this.timer);
    const text = typeof chunk === 'string' ? chunk : this.decoder.write(chunk);
    const { tokens, rest } = tokenizeKeys(this.pending + text);
    this.pending = rest;
    if (isUnmarkedPaste(tokens)) this.enqueue({ type: 'paste', text }, true);
    else for (const token of tokens) this.enqueue(token, tokens.length > 1);
    if (rest !== '')
      this.timer = setTimeout(this.giveUp, rest.startsWith('\x1b[200~') ? PASTE_MS : ESCAPE_MS);
  };

  /** What did not become a whole sequence in time: Escape and what was typed after it, or a paste without an end. */
  private readonly giveUp = (): void => {
    const rest = this.pending;
    this.pending = '';
    if (rest.startsWith('\x1b[200~')) {
      this.enqueue({ type: 'paste', text: rest.slice('\x1b[200~'.length) }, true);
      return;
    }
    this.enqueue({ type: 'key', data: '\x1b' }, rest.length > 1);
    // `ESC [` alone is Escape and a bracket; the bracket must not begin another sequence.
    for (const character of rest.slice(1)) this.enqueue({ type: 'key', data: character }, true);
  };

  private enqueue(token: KeyToken, together: boolean): void {
    const arrived = this.now();
    const burst = together || arrived - this.lastArrival < BURST_MS;
    this.lastArrival = arrived;
    if (token.type === 'key' && token.data === '\x1a') {
      this.emit('suspend');
      return;
    }
    this.queue.push({ token: normalize(token), burst });
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    let turns = TURNS;
    const turn = (): void => {
      turns -= 1;
      if (turns > 0) {
        setImmediate(turn);
        return;
      }
      this.scheduled = false;
      this.deliver();
    };
    setImmediate(turn);
  }

  private deliver(): void {
    const next = this.queue.shift();
    if (!next) return;
    if (next.token.type === 'paste') {
      this.emit('paste', next.token.text);
    } else {
      this.readable = next;
      this.emit('readable');
    }
    if (this.queue.length > 0) this.schedule();
  }
}

function isUnmarkedPaste(tokens: readonly KeyToken[]): boolean {
  return (
    tokens.length > UNMARKED_PASTE &&
    tokens.every((token) => token.type === 'key' && (token.data >= ' ' || /^[\r\n\t]$/.test(token.data)))
  );
}

/** Ink cannot tell DEL, which the Backspace key sends, from the Delete key; BS it knows as Backspace. A line feed is Enter too. */
function normalize(token: KeyToken): KeyToken {
  if (token.type === 'paste') return token;
  if (token.data === '\x7f') return { type: 'key', data: '\b' };
  if (token.data === '\n') return { type: 'key', data: '\r' };
  return token;
}
