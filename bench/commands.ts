/** Whole commands from start to exit, against a bare Node in turn; the last ones in a home with a session of 100,000 events. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionFolder, sessionsRoot, writeBundle } from '../src/state/session-folder.ts';
import { bigSession, eventCount, sessionId } from './big-journal.ts';
import { median, ratio } from './median.ts';

const runs = 9;

function timed(args: readonly string[], env: Record<string, string>): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}: ${stderr}`);
  return performance.now() - started;
}

export async function bench(root: string): Promise<Record<string, string>> {
  const home = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const env = { PATH: process.env.PATH ?? '', HOME: home, XDG_STATE_HOME: home, LANG: 'C.UTF-8' };
  const entry = join(root, 'dist/handrail.js');
  try {
    const session = sessionFolder(sessionsRoot(env), sessionId);
    mkdirSync(session.folder, { recursive: true, mode: 0o700 });
    writeFileSync(session.journal, bigSession());
    const text = '# A long night\n\n## Retry it\n\n```sh\nkubectl apply -f objects.yaml\n```\n';
    await writeBundle(session, { root: 'night.md', sources: { 'night.md': text } });
    const commands = {
      'bare Node (ms)': ['-e', '0'],
      'handrail --version': [entry, '--version'],
      'handrail --help': [entry, '--help'],
      [`handrail sessions, ${eventCount} events`]: [entry, 'sessions'],
      [`handrail report, ${eventCount} events`]: [entry, 'report'],
    };
    const times = Object.entries(commands).map(([what, args]) => ({ what, args, took: [] as number[] }));
    for (let run = 0; run <= runs; run += 1) {
      for (const { args, took } of times) {
        const ms = timed(args, env);
        // The first round warms the disk cache.
        if (run > 0) took.push(ms);
      }
    }
    const [node, ...ours] = times;
    const base = median(node!.took);
    return {
      [node!.what]: base.toFixed(0),
      ...Object.fromEntries(
        ours.flatMap(({ what, took }) => [
          [`${what} (ms)`, median(took).toFixed(0)],
          [`${what}, against bare Node`, ratio(median(took), base)],
        ]),
      ),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
