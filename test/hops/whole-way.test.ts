/** Several hops in one walk, with nobody there: the built program, real kubectl, the runbook of the whole upgrade. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { handrail } from '../helpers/handrail.ts';
import { expectMesh, type HopWorld, hopWorld } from './walk-hop.ts';

let world: HopWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function begin(mesh: string, flags: readonly string[] = []) {
  const made = await hopWorld(mesh, flags);
  world = made;
  const answers = join(made.env.HOME!, 'answers.yaml');
  writeFileSync(answers, JSON.stringify({ 'read-the-notices': 'yes' }));
  const unattended = ['--plain', '--unattended', '--answers', answers];
  return {
    ...made,
    upgrade: (target: string, ...args: readonly string[]) =>
      made.handrail(
        'run',
        'linkerd/upgrade',
        '--practice',
        ...unattended,
        '--set',
        `TARGET=${target}`,
        ...args,
      ),
    resume: () => made.handrail('resume', ...unattended),
    /** Resumes, says this line by line, and leaves at the end of it. */
    say: (...lines: readonly string[]) =>
      handrail(['resume', '--plain'], { env: made.env, input: lines.map((line) => `${line}\n`).join('') }),
  };
}

const hopsIn = (text: string) => text.match(/^(?:Done: )?Hop \d+ of \d+: .*$/gm);

test('two hops of the CLI are walked one after the other', async () => {
  const way = await begin('stable-2.12.6');
  const { code, stdout, stderr } = await way.upgrade('stable-2.14.10');
  expect(code, `${stdout.slice(-6000)}\n${stderr}`).toBe(0);
  expect(hopsIn(stdout)).toEqual([
    'Hop 1 of 2: 2.12.6 to 2.13.7',
    'Done: Hop 1 of 2: 2.12.6 to 2.13.7',
    'Hop 2 of 2: 2.13.7 to 2.14.10',
    'Done: Hop 2 of 2: 2.13.7 to 2.14.10',
  ]);
  await expectMesh(way, 'stable-2.14.10');
  const { stdout: report } = await way.handrail('report');
  expect(report).toContain('### Hop 2 of 2: 2.13.7 to 2.14.10');
  expect(report).toContain('`METHOD`: `cli` (captured)');
}, 900_000);

test('early 2.9 with its lost settings comes to the last stable release', async () => {
  const way = await begin('stable-2.9.2');
  // What an upgrade within 2.9 did to it: the Secret had no label, and was pruned.
  await way.sh('kubectl -n linkerd delete secret linkerd-config-overrides');
  const { code, stdout, stderr } = await way.upgrade('stable-2.14.10');
  expect(code, `${stdout.slice(-6000)}\n${stderr}`).toBe(0);
  expect(hopsIn(stdout)?.filter((line) => line.startsWith('Done'))).toEqual([
    'Done: Hop 1 of 6: 2.9.2 to 2.9.5',
    'Done: Hop 2 of 6: 2.9.5 to 2.10.2',
    'Done: Hop 3 of 6: 2.10.2 to 2.11.5',
    'Done: Hop 4 of 6: 2.11.5 to 2.12.6',
    'Done: Hop 5 of 6: 2.12.6 to 2.13.7',
    'Done: Hop 6 of 6: 2.13.7 to 2.14.10',
  ]);
  await expectMesh(way, 'stable-2.14.10');
}, 1_800_000);

test('a hop that needs a newer Kubernetes waits for it, and the walk goes on', async () => {
  const way = await begin('edge-25.4.4', ['--kubernetes', '1.29']);
  const stopped = await way.upgrade('edge-26.6.3');
  expect(stopped.code, stopped.stdout.slice(-3000)).not.toBe(0);
  expect(stopped.stdout).toContain('Done: Hop 1 of 2: edge-25.4.4 to edge-25.10.7');
  expect(stopped.stdout).toContain('edge-26.6.3 refuses Kubernetes 1.29: it needs 1.31 at least.');
  expect((await way.handrail('practice', 'kubernetes', '1.32')).code).toBe(0);
  const retried = await way.say('retry');
  expect(retried.stdout).toContain('Hop 2 of 2: edge-25.10.7 to edge-26.6.3');
  const { code, stdout, stderr } = await way.resume();
  expect(code, `${stdout.slice(-6000)}\n${stderr}`).toBe(0);
  await expectMesh(way, 'edge-26.6.3');
}, 900_000);

test('a mesh with two owners is upgraded by neither', async () => {
  const way = await begin('stable-2.13.7', ['--helm']);
  // What linkerd upgrade --crds leaves on definitions of Helm's: its own mark beside theirs.
  await way.sh(
    'kubectl annotate --overwrite crd serviceprofiles.linkerd.io "linkerd.io/created-by=linkerd/cli stable-2.13.7"',
  );
  const { code, stdout } = await way.upgrade('stable-2.14.10');
  expect(code).not.toBe(0);
  expect(stdout).toContain('Two owners');
}, 300_000);
