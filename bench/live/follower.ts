/** `handrail rollout` over a whole cluster in a pseudo-terminal, as an operator has it: its beats, its keys, its time and memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, type PtyProgram } from '../../test/helpers/pty.ts';
import { beaconWorkload, beatOn } from './beacon.ts';

const size = { cols: 120, rows: 40 };
const beaconRow = `${beaconWorkload.namespace}/${beaconWorkload.name}`;

/** The first word of the selected row in the panel, which stands right of the list of steps. */
export const selectedRow = (screen: readonly string[]): string | undefined =>
  screen.map((row) => /│ ▸ \S+ +(\S+)/.exec(row)?.[1]).find((word) => word !== undefined);

export interface Follower {
  readonly program: PtyProgram;
  /** ms from start to the board with all workloads. */
  readonly firstPictureMs: number;
  /** Told of every beat that comes on screen, with the time (ms since the epoch). */
  onBeat(hear: (beat: number, at: number) => void): void;
  stop(): void;
}

/** Starts it and opens the beacon's row. `node`: more arguments for Node itself. */
export async function startFollower(
  root: string,
  kubeconfig: string,
  { node = [] }: { readonly node?: readonly string[] } = {},
): Promise<Follower> {
  const home = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const file = join(home, 'kubeconfig');
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const command = ['rollout', '--all-namespaces', '--timeout', '3h', '--kubeconfig', file];
  const start = performance.now();
  const program = launch(process.execPath, [...node, join(root, 'dist/handrail.js'), ...command], {
    ...size,
    env: { HOME: home, XDG_STATE_HOME: home },
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    program.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await program.waitFor(/\d+ of \d+ rolled out/, 120_000);
    const firstPictureMs = performance.now() - start;
    await program.waitFor(beaconRow, 10_000);
    // What was listed first stays selected when others come before it.
    await program.press('Home');
    await program.waitFor((screen) => selectedRow(screen) === beaconRow, 10_000);
    await program.press('Enter');
    await program.waitFor((screen) => beatOn(screen.join('\n')) !== undefined, 10_000);
    let last: number | undefined;
    let tell: (beat: number, at: number) => void = () => {};
    // It only looks at every change of the screen.
    program
      .waitFor(
        (screen) => {
          const beat = beatOn(screen.join('\n'));
          if (beat !== undefined && beat !== last) tell(beat, performance.timeOrigin + performance.now());
          last = beat;
          return stopped;
        },
        2 ** 31 - 1,
      )
      .catch(() => {});
    return {
      program,
      firstPictureMs,
      onBeat(hear) {
        tell = hear;
      },
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
