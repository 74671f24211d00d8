import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/state/event.ts';
import {
  createJournal,
  followJournal,
  JournalError,
  openJournal,
  readJournal,
} from '../../src/state/journal.ts';
import { sealEntry } from '../../src/state/journal-lines.ts';
import { note, scratch, started, ticking } from './helpers.ts';

async function journalOf(count: number): Promise<string> {
  const file = join(scratch(), 'session', 'journal.jsonl');
  const journal = await createJournal(file, ticking());
  await journal.append(started);
  for (let n = 1; n < count; n += 1) await journal.append(note(`note ${n}`));
  await journal.close();
  return file;
}

const lines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);

describe('writing', () => {
  test('one line for each event, each bound to the one before, for the owner only', async () => {
    const file = await journalOf(3);
    const entries = lines(file).map((line) => JSON.parse(line) as JournalEntry);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(entries[0]).toMatchObject({ time: '2026-11-21T13:17:00.000Z', previous: '0'.repeat(64) });
    expect(entries[1]?.previous).toBe(entries[0]?.hash);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  test('the hash can be checked with nothing but the line', async () => {
    const file = await journalOf(2);
    for (const line of lines(file)) {
      const [, content, hash] = /^(.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
      expect(createHash('sha256').update(`${content}}`).digest('hex')).toBe(hash);
    }
  });

  test('an append gives exactly what reading gives, in the order of the calls', async () => {
    const file = join(scratch(), 'journal.jsonl');
    const journal = await createJournal(file, ticking());
    const texts = ['plain', 'line\nbreak', '\u2028', '\ud800 alone', '__proto__', '"}\\'];
    const given = await Promise.all([
      journal.append(started),
      ...texts.map((text) => journal.append(note(text))),
    ]);
    await journal.close();
    expect(given).toEqual(journal.entries);
    expect((await readJournal(file)).entries).toEqual(given);
    expect(lines(file)).toHaveLength(7);
  });

  test('a file that is there is never taken for a new one', async () => {
    const file = await journalOf(1);
    const before = readFileSync(file, 'utf8');
    await expect(createJournal(file, Date.now)).rejects.toThrow(
      /journal\.jsonl: The journal cannot be created: it exists/,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('nothing is written after closing', async () => {
    const journal = await createJournal(join(scratch(), 'j'), Date.now);
    await journal.close();
    await journal.close();
    await expect(journal.append(started)).rejects.toThrow(/closed/);
  });

  test('a journal that somebody else changes or deletes is left alone', async () => {
    const file = join(scratch(), 'j');
    const journal = await createJournal(file, Date.now);
    await journal.append(started);
    appendFileSync(file, 'x');
    await expect(journal.append(note('a'))).rejects.toThrow(/Another program has changed the journal/);
    truncateSync(file, 0);
    await expect(journal.append(note('b'))).rejects.toThrow(JournalError);
    await journal.close();
    expect(statSync(file).size).toBe(0);

    const other = await createJournal(`${file}2`, Date.now);
    rmSync(`${file}2`);
    await expect(other.append(started)).rejects.toThrow(/was deleted/);
    await other.close();
  });

  test('a full disk: said, the file ends with a whole line, and it goes on when there is room', async () => {
    // A limit on file sizes stands in for the disk; the kernel refuses the rest of a write just so.
    const program = join(scratch(), 'full.mjs');
    const file = join(scratch(), 'j');
    const { buildSync } = await import('esbuild');
    buildSync({
      stdin: {
        contents: `
          import { createJournal } from './src/state/journal.ts';
          process.on('SIGXFSZ', () => {});
          const journal = await createJournal(${JSON.stringify(file)}, Date.now);
          const note = (length) => ({ type: 'note-added', text: 'x'.repeat(length), operator: { user: 'a', host: 'b' } });
          await journal.append(note(10));
          const failed = await journal.append(note(5000)).then(() => 'written', (error) => error.message);
          const after = await journal.append(note(10)).then(() => 'written', (error) => error.message);
          await journal.close();
          console.log(JSON.stringify({ failed, after }));
        `,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const said = execFileSync('bash', ['-c', `ulimit -f 2; exec "${process.execPath}" "${program}"`], {
      encoding: 'utf8',
    });
    const { failed, after } = JSON.parse(said) as { failed: string; after: string };
    expect(failed).toMatch(/could not be written/);
    expect(after).toBe('written');
    const { entries, torn } = await readJournal(file);
    expect([entries.length, torn]).toEqual([2, false]);
  });
});

describe('opening', () => {
  test('goes on where it ended', async () => {
    const file = await journalOf(2);
    const journal = await openJournal(file, ticking());
    expect(journal.torn).toBe(false);
    expect((await journal.append(note('more'))).seq).toBe(3);
    await journal.close();
    expect((await readJournal(file)).entries).toHaveLength(3);
  });

  test('a last line torn at any byte is cut off and said so, and nothing else is lost', async () => {
    const file = await journalOf(3);
    const whole = readFileSync(file);
    const second = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = second + 1; length < whole.length; length += 7) {
      writeFileSync(file, whole.subarray(0, length));
      expect((await readJournal(file)).torn).toBe(true);
      expect(statSync(file).size).toBe(length);
      const journal = await openJournal(file, ticking());
      expect([journal.torn, journal.entries.length]).toEqual([true, 2]);
      await journal.close();
      expect(statSync(file).size).toBe(second);
    }
  });

  test.each<[string, (all: string[]) => string[], RegExp]>([
    [
      'a changed word',
      (all) => all.map((l, i) => (i === 2 ? l.replace('note 2', 'nope 2') : l)),
      /line 3: The hash does not fit/,
    ],
    [
      'a line that is gone',
      (all) => all.filter((_, i) => i !== 1),
      /line 2: Entry 2 is expected here and 3 was found/,
    ],
    [
      'a line that is there twice',
      (all) => [all[0]!, all[0]!, ...all.slice(1)],
      /line 2: Entry 2 is expected/,
    ],
    ['rubbish in the middle', (all) => [all[0]!, 'rubbish', ...all.slice(1)], /line 2: The line is damaged/],
    ['the first line missing', (all) => all.slice(1), /line 1: Entry 1 is expected/],
    ['another kind of file', () => ['# A title', 'text'], /line 1: This is not a journal/],
    [
      'a last line of another session',
      (all) => [
        ...all.slice(0, 3),
        sealEntry({ seq: 4, time: 'x', event: note('x'), previous: 'f'.repeat(64) }).line,
      ],
      /line 4: The hash does not fit/,
    ],
  ])('%s is an error with file and line, and nothing is overwritten', async (_, damage, message) => {
    const file = await journalOf(4);
    writeFileSync(file, `${damage(lines(file)).join('\n')}\n`);
    const before = readFileSync(file, 'utf8');
    await expect(openJournal(file, Date.now)).rejects.toThrow(message);
    await expect(openJournal(file, Date.now)).rejects.toThrow(file);
    await expect(readJournal(file)).rejects.toBeInstanceOf(JournalError);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('a foreign file of one line is not a torn journal', async () => {
    const file = join(scratch(), 'notes');
    writeFileSync(file, 'my notes');
    await expect(openJournal(file, Date.now)).rejects.toThrow(/not a journal/);
    expect(readFileSync(file, 'utf8')).toBe('my notes');
  });

  test('one that is missing or may not be read', async () => {
    await expect(openJournal(join(scratch(), 'none'), Date.now)).rejects.toThrow(/does not exist/);
    const file = await journalOf(1);
    chmodSync(file, 0o000);
    if (process.getuid?.() !== 0) await expect(readJournal(file)).rejects.toThrow(/permission denied/);
    expect(existsSync(file)).toBe(true);
  });

  test('100,000 entries', async () => {
    const file = join(scratch(), 'long');
    let text = '';
    let previous: string | undefined;
    for (let seq = 1; seq <= 100_000; seq += 1) {
      const sealed = sealEntry({
        seq,
        time: '2026-11-21T13:17:00.000Z',
        event: note(`note ${seq}`),
        previous,
      });
      text += `${sealed.line}\n`;
      previous = sealed.entry.hash;
    }
    writeFileSync(file, text);
    // Against the least that reading it can cost, here and now: how fast the machine is must not matter.
    let before = performance.now();
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line);
    const least = performance.now() - before;
    before = performance.now();
    const journal = await openJournal(file, Date.now);
    const took = performance.now() - before;
    expect(journal.entries).toHaveLength(100_000);
    await journal.close();
    expect(took / least).toBeLessThan(15);
  });
});

describe('following', () => {
  test('entries there already, then new ones, a partial line only when it is whole', async () => {
    const file = await journalOf(2);
    const seen: number[] = [];
    const waiting: (() => void)[] = [];
    const stop = new AbortController();
    const done = followJournal(
      file,
      (entry) => {
        seen.push(entry.seq);
        for (const go of waiting.splice(0)) go();
      },
      stop.signal,
    );
    const reach = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    await reach(2);
    const last = JSON.parse(lines(file)[1]!) as JournalEntry;
    const { line } = sealEntry({ seq: 3, time: 't', event: note('three'), previous: last.hash });
    appendFileSync(file, line.slice(0, 40));
    const journalLine = sealEntry({ seq: 3, time: 't', event: note('another three'), previous: last.hash });
    // Its writer died; the next one cut the rest off and wrote something else.
    truncateSync(file, statSync(file).size - 40);
    appendFileSync(file, journalLine.line.slice(0, 60));
    appendFileSync(file, `${journalLine.line.slice(60)}\n`);
    await reach(3);
    expect(seen).toEqual([1, 2, 3]);
    stop.abort();
    await done;
  });

  test('a broken chain ends it', async () => {
    const file = await journalOf(1);
    appendFileSync(file, 'rubbish\n');
    await expect(followJournal(file, () => {}, new AbortController().signal)).rejects.toThrow(
      /line 2: The line is damaged/,
    );
  });
});

describe('lines missing at the end', () => {
  const withoutLast = (file: string, count: number) =>
    writeFileSync(
      file,
      lines(file)
        .slice(0, -count)
        .map((line) => `${line}\n`)
        .join(''),
    );

  test('are noticed by every reader, with the way out, and nothing is overwritten', async () => {
    const file = await journalOf(4);
    withoutLast(file, 1);
    const left = readFileSync(file, 'utf8');
    for (const read of [() => readJournal(file), () => openJournal(file, ticking())]) {
      await expect(read()).rejects.toThrow(
        /line 4: The journal ends here, and entry 4 had been written.*delete .*journal\.jsonl\.head/,
      );
    }
    expect(readFileSync(file, 'utf8')).toBe(left);
    rmSync(`${file}.head`);
    expect((await readJournal(file)).entries).toHaveLength(3);
  });

  test('a chain that was made anew is not the one that was written', async () => {
    const [file, other] = [await journalOf(3), await journalOf(1)];
    const forged = await openJournal(other, ticking());
    for (const text of ['something', 'else']) await forged.append(note(text));
    await forged.close();
    writeFileSync(file, readFileSync(other));
    await expect(readJournal(file)).rejects.toThrow(/line 3: .*made anew/);
  });

  test('a head that is behind, as after a power cut, is no mistake; it is for the owner only', async () => {
    const file = await journalOf(2);
    const old = readFileSync(`${file}.head`);
    expect(statSync(`${file}.head`).mode & 0o777).toBe(0o600);
    const journal = await openJournal(file, ticking());
    await journal.append(note('later'));
    await journal.close();
    writeFileSync(`${file}.head`, old);
    expect((await readJournal(file)).entries).toHaveLength(3);
    writeFileSync(`${file}.head`, Buffer.alloc(128));
    expect((await readJournal(file)).entries).toHaveLength(3);
  });

  test('a torn last line that was cut off is not missed afterwards', async () => {
    const file = await journalOf(3);
    truncateSync(file, statSync(file).size - 5);
    await (await openJournal(file, ticking())).close();
    expect((await readJournal(file)).entries).toHaveLength(2);
  });
});
