/** One hop by Helm with nobody there: the built program, real kubectl and helm, the charts that the practice cluster serves. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Ran } from '../helpers/handrail.ts';
import { expectMesh, type HopWorld, hopWorld } from './walk-hop.ts';

/** What an operator has said beforehand. */
const answers = { 'read-the-notices': 'yes', 'look-at-the-values': 'yes', 'give-up-what-was-laid-up': 'yes' };

/** Every hop from line to line, by the releases that a path goes through. */
export const helmHops: readonly (readonly [from: string, to: string])[] = [
  ['stable-2.9.5', 'stable-2.10.2'],
  ['stable-2.10.2', 'stable-2.11.5'],
  ['stable-2.11.5', 'stable-2.12.6'],
  ['stable-2.12.6', 'stable-2.13.7'],
  ['stable-2.13.7', 'stable-2.14.10'],
  ['stable-2.14.10', 'edge-24.2.4'],
  ['edge-24.2.4', 'edge-24.8.2'],
  ['edge-24.8.2', 'edge-24.11.8'],
  ['edge-24.11.8', 'edge-25.4.4'],
  ['edge-25.4.4', 'edge-25.10.7'],
  ['edge-25.10.7', 'edge-26.6.3'],
];

/** A practice cluster with a mesh that Helm installed. */
export interface HelmWorld extends HopWorld {
  /** The repository of charts. */
  readonly charts: string;
  /** Walks `linkerd/upgrade-helm` to its end, or to where it stops. */
  walkHelm(to: string, args?: readonly string[]): Promise<Ran>;
}

/** A practice cluster on which Helm installed the release. */
export async function helmWorld(mesh: string, flags: readonly string[] = []): Promise<HelmWorld> {
  const world = await hopWorld(mesh, ['--helm', ...flags]);
  const status = await world.handrail('practice', 'status', '-o', 'json');
  const { charts } = JSON.parse(status.stdout) as { charts: string };
  return {
    ...world,
    charts,
    walkHelm(to, args = []) {
      const file = join(world.env.HOME!, 'answers.yaml');
      writeFileSync(file, JSON.stringify(answers));
      return world.handrail(
        ...['run', 'linkerd/upgrade-helm', '--practice', '--plain', '--unattended', '--answers', file],
        ...['--set', `TO=${to}`, '--set', `CHARTS=${charts}`, ...args],
      );
    },
  };
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** All that must hold where a hop is through. */
export async function expectUpgraded(world: HelmWorld, to: string): Promise<void> {
  await expectMesh(world, to);
  const controllers = lines(
    await world.sh(
      `kubectl -n linkerd get deployments -o jsonpath='{range .items[*].spec.template.spec.containers[*]}{.image}{"\\n"}{end}'`,
    ),
  );
  expect(new Set(controllers.map((image) => image.split(':').at(-1)))).toEqual(new Set([to]));
  const config = await world.sh(
    `kubectl -n linkerd get configmap linkerd-config -o jsonpath='{.data.values}'`,
  );
  expect(config).toContain(`linkerdVersion: ${to}\n`);
  expect(config).not.toContain('PRIVATE KEY');
  const releases = lines(await world.sh('helm list -A --no-headers'));
  expect(releases.length).toBeGreaterThan(0);
  for (const release of releases) expect(release).toMatch(new RegExp(`\\bdeployed\\b.*\\b${to}\\s*$`));
}

/** Every hop, with these flags of the practice cluster. */
export function walkEveryHelmHop(flags: readonly string[]): void {
  let world: HelmWorld | undefined;
  afterAll(() => world?.close());
  test.each(helmHops)(
    'from %s to %s',
    async (from, to) => {
      await world?.close();
      world = await helmWorld(from, flags);
      const { code, stdout, stderr } = await world.walkHelm(to);
      expect(code, `${stdout.slice(-6000)}\n${stderr}`).toBe(0);
      expect(stdout).not.toContain('PRIVATE KEY');
      await expectUpgraded(world, to);
      expect(await world.sh(`grep -rl 'PRIVATE KEY' "$XDG_STATE_HOME/handrail/sessions" || true`)).toBe('');
    },
    400_000,
  );
}
