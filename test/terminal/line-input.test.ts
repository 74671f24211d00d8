import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { lineInput } from '../../src/terminal/line-input.ts';

function collect() {
  const written: string[] = [];
  return { written, output: { write: (text: string) => written.push(text) } };
}

describe('lines over a pipe', () => {
  test('one answer per question, also when all come at once; then the end', async () => {
    const source = new PassThrough();
    const { written, output } = collect();
    const input = lineInput(source, output);
    source.end('first\r\nsecond\n\nlast without a break');
    expect(await input.ask('a? ')).toEqual({ type: 'line', text: 'first' });
    expect(await input.ask('b? ')).toEqual({ type: 'line', text: 'second' });
    expect(await input.ask('c? ')).toEqual({ type: 'line', text: '' });
    expect(await input.ask('d? ')).toEqual({ type: 'line', text: 'last without a break' });
    expect(await input.ask('e? ')).toEqual({ type: 'end' });
    expect(await input.ask('f? ')).toEqual({ type: 'end' });
    expect(written.join('')).toBe('a? b? c? d? e? f? ');
  });

  test('a line that comes in pieces, split inside a character', async () => {
    const source = new PassThrough();
    const input = lineInput(source, collect().output);
    const answer = input.ask('? ');
    const bytes = Buffer.from('漢字\n');
    for (const byte of bytes) source.write(Buffer.from([byte]));
    expect(await answer).toEqual({ type: 'line', text: '漢字' });
  });

  test('between questions it does not read, so that a child can', async () => {
    const source = new PassThrough();
    const input = lineInput(source, collect().output);
    source.write('one\n');
    await input.ask('? ');
    expect(source.listenerCount('data')).toBe(0);
    expect(source.isPaused()).toBe(true);
  });

  test('a secret over a pipe is a line like any other', async () => {
    const source = new PassThrough();
    source.end('hunter2\n');
    expect(await lineInput(source, collect().output).askSecret('token? ')).toEqual({
      type: 'line',
      text: 'hunter2',
    });
  });
});

class Tty extends EventEmitter {
  readonly isTTY = true;
  raw: boolean[] = [];
  setRawMode(on: boolean): void {
    this.raw.push(on);
  }
  resume(): void {}
  pause(): void {}
}

describe('a secret on a terminal', () => {
  test.each([
    ['is not shown', 'pa\x7f\x7fhunter2\r', { type: 'line', text: 'hunter2' }],
    ['can be taken back as a whole', 'wrong\x15right\r', { type: 'line', text: 'right' }],
    ['has no arrow keys in it', 'a\x1b[Db\x1bOAc\r', { type: 'line', text: 'abc' }],
    ['ends with Ctrl+D where nothing is typed', '\x04', { type: 'end' }],
    ['is interrupted by Ctrl+C', 'hal\x03', { type: 'interrupt' }],
  ])('%s', async (_, typed, expected) => {
    const source = new Tty();
    const { written, output } = collect();
    const answer = lineInput(source, output).askSecret('token? ');
    source.emit('data', Buffer.from(typed));
    expect(await answer).toEqual(expected);
    expect(written).toEqual(['token? ', '\n']);
    expect(source.raw).toEqual([true, false]);
  });

  test('what is typed after it belongs to the next question', async () => {
    const source = new Tty();
    const input = lineInput(source, collect().output);
    const answer = input.askSecret('token? ');
    source.emit('data', Buffer.from('secret\rnext\n'));
    expect(await answer).toEqual({ type: 'line', text: 'secret' });
    expect(await input.ask('? ')).toEqual({ type: 'line', text: 'next' });
  });
});
