/** 100 MB of output followed live, as the screen does: time against the same command with nobody looking, and memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommandPort } from '../src/shell/command-port.ts';
import { openOutput } from '../src/shell/output-file.ts';
import { median, ratio } from './median.ts';

const script = `yes 'the quick brown fox writes one more line of eighty characters, and then another' | head -c 100000000`;

/** Starts the command, looks at its tail five times a second where `watched`, and gives ms until it has ended. */
async function once(
  folder: string,
  watched: boolean,
): Promise<{ readonly ms: number; readonly longestTurn: number }> {
  const commands = createCommandPort({ handOver: (run) => run() });
  const started = performance.now();
  const handle = await commands.start({
    folder,
    language: 'bash',
    script,
    env: { PATH: process.env.PATH ?? '' },
    cwd: tmpdir(),
    captureStdout: false,
    secrets: [],
  });
  let longestTurn = 0;
  let last = performance.now();
  const turns = setInterval(() => {
    longestTurn = Math.max(longestTurn, performance.now() - last - 10);
    last = performance.now();
  }, 10);
  const output = openOutput(folder, []);
  const looks = watched ? setInterval(() => void output.tail(20), 200) : undefined;
  await handle.ended;
  if (watched) await output.tail(20);
  clearInterval(looks);
  clearInterval(turns);
  await output.close();
  return { ms: performance.now() - started, longestTurn };
}

export async function bench(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const alone: number[] = [];
  const watched: number[] = [];
  let longest = 0;
  const before = process.memoryUsage().rss;
  let most = before;
  const memory = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  try {
    for (let run = 0; run < 5; run += 1) {
      alone.push((await once(join(folder, `alone-${run}`), false)).ms);
      const followed = await once(join(folder, `watched-${run}`), true);
      watched.push(followed.ms);
      longest = Math.max(longest, followed.longestTurn);
    }
  } finally {
    clearInterval(memory);
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    'run and stored, nobody looking (ms)': median(alone).toFixed(0),
    'run, stored and followed (ms)': median(watched).toFixed(0),
    'followed against not': ratio(median(watched), median(alone)),
    'memory it took at the most (MB)': ((most - before) / 1e6).toFixed(0),
    'longest time without a turn for keys (ms)': longest.toFixed(0),
  };
}
