/** From spawn to the first frame of the home screen, against a bare Node and a bundled Ink that says hello, in turn. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { median, ratio } from './median.ts';

const runs = 15;

/** ms until the pseudo-terminal has shown `text`, then the program is ended. */
function timeToText(args: readonly string[], text: string, env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let seen = '';
    let took: number | undefined;
    const child = spawn(process.execPath, [...args], { cols: 80, rows: 24, env, name: 'xterm-256color' });
    child.onData((data) => {
      seen += data;
      if (took === undefined && seen.includes(text)) {
        took = performance.now() - started;
        child.kill('SIGKILL');
      }
    });
    child.onExit(() =>
      took === undefined ? reject(new Error(`never showed ${text}: ${seen.slice(-300)}`)) : resolve(took),
    );
  });
}

export async function bench(root: string): Promise<Record<string, string>> {
  const state = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: state,
    XDG_STATE_HOME: state,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  };
  const node: number[] = [];
  const ink: number[] = [];
  const home: number[] = [];
  try {
    for (let run = 0; run <= runs; run += 1) {
      const times = [
        await timeToText(['-e', 'console.log("Hello")'], 'Hello', env),
        await timeToText([join(root, '.cache/bench/ink-hello.mjs')], 'Hello', env),
        await timeToText([join(root, 'dist/handrail.js')], 'Go on with', env),
      ];
      // The first round warms the disk cache.
      if (run > 0) for (const [index, list] of [node, ink, home].entries()) list.push(times[index]!);
    }
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
  return {
    'bare Node says hello (ms)': median(node).toFixed(0),
    'bundled Ink says hello (ms)': median(ink).toFixed(0),
    'first frame of the home screen (ms)': median(home).toFixed(0),
    'against bare Node': ratio(median(home), median(node)),
    'against bundled Ink hello (at most 2x)': ratio(median(home), median(ink)),
  };
}
