import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KeyStdin } from '../../src/terminal/key-stdin.ts';
import { tokenizeKeys } from '../../src/terminal/tokenize-keys.ts';

describe('splitting what a terminal sends', () => {
  test.each([
    ['letters', 'ab', ['a', 'b']],
    ['arrows in both forms', '\x1b[A\x1bOB', ['\x1b[A', '\x1bOB']],
    ['keys with modifiers', '\x1b[1;5C\x1b[3~', ['\x1b[1;5C', '\x1b[3~']],
    ['Alt and a letter', '\x1bb', ['\x1bb']],
    ['backspaces', '\x7f\x7f\x7f', ['\x7f', '\x7f', '\x7f']],
    ['characters outside the basic plane', '👩漢', ['👩', '漢']],
    ['function keys of the Linux console', '\x1b[[A', ['\x1b[[A']],
    ['focus and mouse reports are no keys', 'a\x1b[I\x1b[O\x1b[M !!b', ['a', 'b']],
  ])('%s', (_, input, expected) => {
    const { tokens, rest } = tokenizeKeys(input);
    expect(tokens.map((token) => (token.type === 'key' ? token.data : token))).toEqual(expected);
    expect(rest).toBe('');
  });

  test('a sequence is never lost, wherever it is cut', () => {
    const whole = '\x1b[1;5Ca\x1b[200~x\x1b[Ay\x1b[201~\x1bOB漢';
    const expected = tokenizeKeys(whole).tokens;
    expect(expected).toContainEqual({ type: 'paste', text: 'x\x1b[Ay' });
    for (let cut = 1; cut < whole.length; cut += 1) {
      const first = tokenizeKeys(whole.slice(0, cut));
      const second = tokenizeKeys(first.rest + whole.slice(cut));
      expect([...first.tokens, ...second.tokens]).toEqual(expected);
    }
  });
});

class Source extends EventEmitter {
  readonly isTTY = true;
  raw = false;
  flowing = false;
  setRawMode(on: boolean): void {
    this.raw = on;
  }
  resume(): this {
    this.flowing = true;
    return this;
  }
  pause(): this {
    this.flowing = false;
    return this;
  }
}

/** Reads as Ink does: at every `readable`, until there is nothing. */
function reader(clock?: () => number) {
  const source = new Source();
  const keys = new KeyStdin(source, clock);
  const reads: string[][] = [];
  const bursts: boolean[] = [];
  const pastes: string[] = [];
  keys.on('readable', () => {
    const chunk: string[] = [];
    for (let key = keys.read(); key !== null; key = keys.read()) {
      chunk.push(key);
      bursts.push(keys.burst);
    }
    reads.push(chunk);
  });
  keys.on('paste', (text: string) => pastes.push(text));
  keys.setRawMode(true);
  const until = (count: number) => expect.poll(() => reads.length).toBe(count);
  return { source, keys, reads, bursts, pastes, until };
}

describe('the key reader', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('trap: one key per read, however they arrive, and turns of the event loop between them', async () => {
    const { source, reads, keys, until } = reader();
    const turnsAt: number[] = [];
    let turn = 0;
    const count = (): void => {
      turn += 1;
      if (turnsAt.length < 3) setImmediate(count);
    };
    keys.on('readable', () => turnsAt.push(turn));
    setImmediate(count);
    source.emit('data', Buffer.from('\x1b[B\x1b[B\r'));
    await until(3);
    expect(reads).toEqual([['\x1b[B'], ['\x1b[B'], ['\r']]);
    expect((turnsAt[1] ?? 0) - (turnsAt[0] ?? 0)).toBeGreaterThanOrEqual(3);
    expect((turnsAt[2] ?? 0) - (turnsAt[1] ?? 0)).toBeGreaterThanOrEqual(3);
  });

  test('trap: three backspaces in one chunk are three, and told apart from Delete', async () => {
    const { source, reads, until } = reader();
    source.emit('data', Buffer.from('\x7f\x7f\x7f\x1b[3~'));
    await until(4);
    expect(reads.flat()).toEqual(['\b', '\b', '\b', '\x1b[3~']);
  });

  test('trap: Escape waits 50 ms for the rest of a sequence', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, reads, until } = reader();
    source.emit('data', Buffer.from('\x1b'));
    vi.advanceTimersByTime(40);
    source.emit('data', Buffer.from('[A'));
    vi.useRealTimers();
    await until(1);
    expect(reads.flat()).toEqual(['\x1b[A']);
  });

  test('Escape alone is Escape after 50 ms', async () => {
    const { source, reads, until } = reader();
    source.emit('data', Buffer.from('\x1b'));
    await until(1);
    expect(reads.flat()).toEqual(['\x1b']);
  });

  test('a character whose bytes are split between chunks is one key', async () => {
    const { source, reads, until } = reader();
    const bytes = Buffer.from('漢é');
    for (const byte of bytes) source.emit('data', Buffer.from([byte]));
    await until(2);
    expect(reads.flat()).toEqual(['漢', 'é']);
  });

  test('trap: a paste is told as a whole, in its place between the keys', async () => {
    const { source, reads, pastes, until } = reader();
    source.emit('data', Buffer.from('a\x1b[200~y\r'));
    source.emit('data', Buffer.from('q\x1b[2'));
    source.emit('data', Buffer.from('01~b'));
    await until(2);
    expect(pastes).toEqual(['y\rq']);
    expect(reads.flat()).toEqual(['a', 'b']);
  });

  test('a paste without marks, too long to have been typed, is a paste', async () => {
    const { source, reads, pastes } = reader();
    source.emit('data', Buffer.from('y\r'.repeat(200)));
    await expect.poll(() => pastes).toEqual(['y\r'.repeat(200)]);
    expect(reads).toEqual([]);
  });

  test('a paste whose end never comes does not swallow the keyboard', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, reads, pastes, until } = reader();
    source.emit('data', Buffer.from('\x1b[200~half'));
    vi.advanceTimersByTime(2000);
    vi.useRealTimers();
    source.emit('data', Buffer.from('q'));
    await until(1);
    expect(pastes).toEqual(['half']);
    expect(reads.flat()).toEqual(['q']);
  });

  test('tells which keys came faster than a person presses them', async () => {
    let now = 0;
    const { source, bursts, until } = reader(() => now);
    source.emit('data', Buffer.from('a'));
    now = 29;
    source.emit('data', Buffer.from('b'));
    now = 100;
    source.emit('data', Buffer.from('c'));
    now = 200;
    source.emit('data', Buffer.from('y\r'));
    await until(5);
    expect(bursts).toEqual([false, true, false, true, true]);
  });

  test('releasing really stops reading, and forgets what was typed ahead', async () => {
    const { source, keys, reads, until } = reader();
    // Released while the first of three keys is handled, as by a key that hands the terminal over.
    keys.once('readable', () => keys.setRawMode(false));
    source.emit('data', Buffer.from('abc'));
    await until(1);
    expect(source.raw).toBe(false);
    expect(source.flowing).toBe(false);
    expect(source.listenerCount('data')).toBe(0);
    keys.setRawMode(true);
    source.emit('data', Buffer.from('z'));
    await until(2);
    expect(reads.flat()).toEqual(['a', 'z']);
  });

  test('Ctrl+Z and a lost terminal are told as events', () => {
    const { source, keys } = reader();
    const told: string[] = [];
    keys.on('suspend', () => told.push('suspend'));
    keys.on('hangup', () => told.push('hangup'));
    source.emit('data', Buffer.from('\x1a'));
    source.emit('error', Object.assign(new Error('read EIO'), { code: 'EIO' }));
    expect(told).toEqual(['suspend', 'hangup']);
  });
});
