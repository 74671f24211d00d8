import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openOutput } from '../../src/shell/output-file.ts';
import { redactStored } from '../../src/shell/redact-file.ts';
import { scratch } from './helpers.ts';

function output(
  text: string | Buffer,
  options: { readonly ended?: boolean; readonly secrets?: string[] } = {},
) {
  const folder = join(scratch(), 'run');
  mkdirSync(folder);
  const path = join(folder, 'output');
  writeFileSync(path, text);
  if (options.ended) writeFileSync(join(folder, 'exit'), 'exited 0 end\n');
  const file = openOutput(folder, options.secrets ?? []);
  onTestFinished(() => file.close());
  return { folder, path, file };
}

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join('');

describe('lines', () => {
  test('a file that is not there yet', async () => {
    const file = openOutput(join(scratch(), 'nothing'), []);
    expect(await file.tail(10)).toEqual({ total: 0, first: 0, lines: [], bytes: 0 });
    expect(await file.search('x', 0, 1)).toBe(-1);
    await file.close();
  });

  test('windows and the tail of a few thousand lines, at their edges', async () => {
    const { file } = output(numbered(3000));
    expect(await file.window(255, 3)).toMatchObject({
      total: 3000,
      first: 255,
      lines: ['line 255', 'line 256', 'line 257'],
    });
    expect(await file.window(2999, 10)).toMatchObject({ first: 2999, lines: ['line 2999'] });
    expect(await file.window(5000, 10)).toMatchObject({ first: 3000, lines: [] });
    expect(await file.window(-5, 1)).toMatchObject({ first: 0, lines: ['line 0'] });
    expect(await file.tail(2)).toMatchObject({ first: 2998, lines: ['line 2998', 'line 2999'] });
    expect((await file.window(0, 3000)).lines.join('\n')).toBe(numbered(3000).trimEnd());
  });

  test('a growing file, with the unfinished line apart until the command has ended', async () => {
    const { file, path, folder } = output('one\ntw');
    expect(await file.tail(5)).toMatchObject({ total: 1, lines: ['one'], partial: 'tw' });
    appendFileSync(path, 'o\nthree');
    expect(await file.tail(5)).toMatchObject({ total: 2, lines: ['one', 'two'], partial: 'three' });
    writeFileSync(join(folder, 'exit'), 'exited 0 end\n');
    const after = await file.tail(5);
    expect(after).toMatchObject({ total: 3, lines: ['one', 'two', 'three'] });
    expect(after).not.toHaveProperty('partial');
  });

  test('a file that was replaced, as after redaction', async () => {
    const { file, path } = output('a\nb\nc\n');
    await file.tail(1);
    writeFileSync(`${path}.new`, 'x\ny\n');
    renameSync(`${path}.new`, path);
    expect(await file.tail(5)).toMatchObject({ total: 2, lines: ['x', 'y'] });
  });
});

describe('what a terminal must not get', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a title', '\u001b]0;evil\u0007text', 'text'],
    ['a link', '\u001b]8;;http://x\u001b\\here\u001b]8;;\u001b\\', 'here'],
    ['an unfinished string hides nothing', '\u001b]0;kept', '0;kept'],
    ['bells, backspaces and 8-bit controls', 'a\u0007\u0008b\u009b2Jc\u0085', 'abc'],
    ['text that is read backwards', 'safe\u202egnp.exe', 'safegnp.exe'],
    ['a progress bar', ' 10%\r 50%\r100%', '100%'],
    ['a Windows line', 'plain\r', 'plain'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0xfe, 0x62]), 'a\ufffd\ufffdb'],
    ['tabs', 'a\tb\t\tc', 'a       b               c'],
  ])('%s', async (_, raw, shown) => {
    const { file } = output(Buffer.concat([Buffer.from(raw), Buffer.from('\n')]));
    expect((await file.window(0, 1)).lines).toEqual([shown]);
  });

  test('the path of our own script in what the shell says', async () => {
    const { file, folder } = output('');
    writeFileSync(join(folder, 'output'), `${folder}/script: line 3: foo: command not found\n`);
    expect((await file.tail(1)).lines).toEqual(['line 3: foo: command not found']);
  });
});

describe('secrets', () => {
  const key = [
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: 60 }, () => 'MIIEabc'.repeat(9)),
    '-----END RSA PRIVATE KEY-----',
  ];

  test('a private key is hidden whichever of its lines is looked at', async () => {
    const { file } = output(`${[...key, 'after'].join('\n')}\n`);
    for (const at of [0, 1, 30, 60, 61]) expect((await file.window(at, 1)).lines).toEqual(['***']);
    expect((await file.tail(1)).lines).toEqual(['after']);
  });

  test('in the unfinished line as well', async () => {
    const { file } = output('x\ntoken is hunter2hunter2', { secrets: ['hunter2hunter2'] });
    expect(await file.tail(1)).toMatchObject({ partial: 'token is ***' });
  });

  test('the stored file keeps its line count', async () => {
    const { file, path } = output(`${[numbered(2000), ...key].join('\n')}\n`, { ended: true });
    const before = await file.tail(1);
    await redactStored(path, []);
    const after = await file.tail(1);
    expect(after.total).toBe(before.total);
    expect(after.bytes).toBeLessThan(before.bytes);
    expect(await file.search('MIIE', 0, 1)).toBe(-1);
    expect((await file.window(1999, 1)).lines).toEqual(['line 1999']);
  });
});

describe('search', () => {
  test('both ways, without regard to case, inside coloured words', async () => {
    const { file } = output(`${numbered(1200)}Re\u001b[1mady\u001b[0m\n${numbered(900)}last ready`, {
      ended: true,
    });
    expect(await file.search('READY', 0, 1)).toBe(1200);
    expect(await file.search('ready', 1201, 1)).toBe(2101);
    expect(await file.search('ready', 2100, -1)).toBe(1200);
    expect(await file.search('ready', 1199, -1)).toBe(-1);
    expect(await file.search('line 899', 5, 1)).toBe(899);
    expect(await file.search('', 0, 1)).toBe(-1);
  });
});

describe('search of anything', () => {
  /** A list of lines that is always the same, with all that makes what is shown differ from what is stored. */
  function mixture(count: number): string[] {
    const parts = [
      'pod/web created',
      '',
      'a\tb\t c',
      '\u001b[32mre\u001b[1mady\u001b[0m',
      ' 10%\r 90% loaded',
      'token: abcdefgh1234',
      'the value is hunter2hunter2 today',
      'stars ** here',
      'x'.repeat(5000),
      `${'y'.repeat(4100)} beyond`,
      `${'z'.repeat(40_000)}\rshown last`,
      `early ${'w '.repeat(40_000)}late`,
      'ÄRGER',
      ...key,
    ];
    let seed = 7;
    return Array.from({ length: count }, () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return parts[Math.floor((seed / 2147483648) * parts.length)] ?? '';
    });
  }
  const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEabc'.repeat(9), '-----END PRIVATE KEY-----'];

  test.each([
    'ready',
    'a       b',
    ' ',
    'b c',
    '**',
    'ABCDEFGH',
    'hunter2',
    'miie',
    'beyond',
    'shown last',
    'late',
    'early',
    'ärger',
    'never',
  ])('finds "%s" in the lines that show it, and in no others', async (wanted) => {
    const count = 150;
    const { file } = output(`${mixture(count).join('\n')}\nend`, {
      ended: true,
      secrets: ['hunter2hunter2'],
    });
    const { lines } = await file.window(0, count + 1);
    const expected = lines.flatMap((line, at) =>
      line.toLowerCase().includes(wanted.toLowerCase()) ? [at] : [],
    );
    const most = 3;
    const walk = async (start: number, step: 1 | -1) => {
      const found: number[] = [];
      for (let at = start; at >= 0 && at < lines.length && found.length <= most; ) {
        const hit = await file.search(wanted, at, step);
        if (hit < 0) break;
        found.push(hit);
        at = hit + step;
      }
      return found;
    };
    const some = expected.slice(0, most);
    expect((await walk((expected.at(most) ?? lines.length) - 1, -1)).reverse()).toEqual(some);
    expect((await walk(0, 1)).slice(0, most)).toEqual(some);
  });
});

describe('size', () => {
  const megabytes = 100;

  function large(line: Buffer): { readonly folder: string } {
    const folder = join(scratch(), 'run');
    mkdirSync(folder);
    const block = Buffer.alloc(1024 * 1024, line);
    const handle = openSync(join(folder, 'output'), 'w');
    for (let written = 0; written < megabytes; written += 1) writeSync(handle, block);
    closeSync(handle);
    return { folder };
  }

  /** The longest time that nothing else had a turn while `work` ran, ms. */
  async function longestPause(work: () => Promise<unknown>): Promise<number> {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await work();
    clearInterval(timer);
    return longest;
  }

  test('100 MB of short lines: indexed without a long pause, then any window at once, in bounded memory', async () => {
    const { folder } = large(Buffer.from('0123456789abcdef0123456789abcde\n'));
    const file = openOutput(folder, []);
    const before = process.memoryUsage();
    const pause = await longestPause(() => file.tail(50));
    const started = performance.now();
    for (const at of [0, 1_000_000, 3_276_000]) expect((await file.window(at, 50)).lines).toHaveLength(50);
    const perWindow = (performance.now() - started) / 3;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const grown = heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers;
    await file.close();
    // Generous for a busy machine; an index of every line, or one read of the whole file, is far beyond.
    expect(pause).toBeLessThan(200);
    expect(perWindow).toBeLessThan(100);
    expect(grown).toBeLessThan(30 * 1024 * 1024);
  });

  test.each([
    ['empty lines', '\n'],
    ['short lines', '0123456789abcdef0123456789abcde\n'],
    ['very long lines', `${'long '.repeat(26_214)}.\n`],
    ['one line', 'x y '],
  ])(
    '100 MB of %s: what is not there is sought in about the time it takes to count the lines',
    async (_, line) => {
      const { folder } = large(Buffer.from(line));
      const file = openOutput(folder, []);
      const timed = async (work: () => Promise<unknown>) => {
        const started = performance.now();
        await work();
        return performance.now() - started;
      };
      const counting = await timed(() => file.tail(1));
      // Ten times as long would still do; line by line it was hundreds of times.
      const enough = 10 * counting + 500;
      expect(await timed(async () => expect(await file.search('not there', 0, 1)).toBe(-1))).toBeLessThan(
        enough,
      );
      expect(await timed(async () => expect(await file.search('not there', 1e9, -1)).toBe(-1))).toBeLessThan(
        enough,
      );
      expect(await timed(() => redactStored(join(folder, 'output'), ['hunter2hunter2']))).toBeLessThan(
        enough,
      );
      await file.close();
    },
  );

  test('100 MB without a newline: a bar that redraws itself shows its end, anything else its beginning', async () => {
    const plain = large(Buffer.from('x'));
    const file = openOutput(plain.folder, []);
    const { partial } = await file.tail(10);
    expect(partial).toHaveLength(4000);
    appendFileSync(join(plain.folder, 'output'), '\nend\n');
    expect((await file.window(1, 1)).lines).toEqual(['end']);
    const started = performance.now();
    expect((await file.window(0, 1)).lines[0]).toHaveLength(4000);
    expect(performance.now() - started).toBeLessThan(100);
    await file.close();

    const bar = large(Buffer.from('progress bar \r'));
    appendFileSync(join(bar.folder, 'output'), '\ralmost done');
    const redrawn = openOutput(bar.folder, []);
    expect((await redrawn.tail(1)).partial).toBe('almost done');
    await redrawn.close();
  });
});
