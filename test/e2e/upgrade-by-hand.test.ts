/**
 * The whole Linkerd upgrade by hand at 80x24: every screen is read, every key is pressed, and the program is killed with -9 in
 * the middle of the control plane step and resumed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/state/event.ts';
import { goOn } from '../helpers/by-keys.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch, type PtyProgram } from '../helpers/pty.ts';
import { tagsOf } from '../helpers/upgrade.ts';

const home = temporaryHome();
const { env } = home;

beforeAll(async () => {
  const up = await handrail(['practice', 'up', '--speed', '20'], { env });
  expect(up.code, up.stderr).toBe(0);
});

afterAll(async () => {
  await handrail(['practice', 'down'], { env });
  home.remove();
});

const open = (...args: string[]) =>
  launch(process.execPath, [entry, ...args], { cols: 80, rows: 24, env, cwd: home.folder });

/** The events of the only session. */
function events(): readonly JournalEntry['event'][] {
  const sessions = join(home.folder, 'state/handrail/sessions');
  const [id] = readdirSync(sessions);
  const lines = readFileSync(join(sessions, id!, 'journal.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as JournalEntry).event);
}

/** Goes on until `done`. A failure screen fails the test with the screen in its message. */
async function walk(t: PtyProgram, done: (screen: string[]) => boolean): Promise<void> {
  await goOn(t, done);
  expect(done(t.screen()), t.text()).toBe(true);
}

test('upgrades the practice mesh, killed in the middle and resumed', async () => {
  const first = open('practice');
  await first.waitFor('Upgrade Linkerd', 30_000);
  await first.press('Enter');
  await first.waitFor(/\by start\b/, 30_000);
  // One hop is enough to be read through: the way to the newest has many.
  await first.press('e');
  await first.waitFor('TARGET: edge-26.6.3');
  await first.press(...Array.from('edge-26.6.3', () => 'Backspace'));
  await first.type('stable-2.14.10');
  await first.waitFor('TARGET: stable-2.14.10');
  await first.press('Enter', 'Esc');
  await first.waitFor(/\by start\b/, 30_000);
  await first.press('y');

  /** The change of the control plane step runs: it has begun, and has not ended. */
  const inControlPlane = () => {
    const all = events();
    const change = all.find(
      (event) =>
        event.type === 'command-started' &&
        event.purpose === 'change' &&
        event.step === 'upgrade-the-control-plane',
    );
    const told = (type: 'command-spawned' | 'command-ended') =>
      change?.type === 'command-started' &&
      all.some((event) => event.type === type && event.run === change.run);
    return told('command-spawned') && !told('command-ended');
  };
  await walk(
    first,
    (screen) => screen.some((line) => /\d+ of \d+ +Upgrade the control plane/.test(line)) && inControlPlane(),
  );
  expect(inControlPlane(), 'the command had ended before the program could be killed').toBe(true);
  first.kill('SIGKILL');
  await first.exit;

  const second = open('resume');
  await walk(second, (screen) => /\b(?:q|Esc) (?:quit|leave)\b/.test(screen.slice(-4).join('\n')));
  expect(second.text()).toContain('Upgrade Linkerd');
  await second.press('q');
  expect(await second.exit).toEqual({ code: 0, signal: undefined });
  second.checkInvariants();

  const started = events().filter((event) => event.type === 'command-started' && event.purpose === 'change');
  const steps = started.map((event) => (event.type === 'command-started' ? event.step : ''));
  expect(steps.filter((step) => step === 'upgrade-the-control-plane')).toHaveLength(1);

  const folder = join(home.folder, 'state/handrail/practice');
  const cluster = {
    ...env,
    KUBECONFIG: join(folder, 'kubeconfig'),
    PATH: join(folder, 'bin') + delimiter + env.PATH,
  };
  expect(await tagsOf('linkerd-proxy', cluster)).toEqual(['stable-2.14.10']);
}, 600_000);
