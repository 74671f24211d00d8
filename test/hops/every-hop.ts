/** The whole way from 2.9 to 2.20 on one practice cluster, hop by hop, and after each hop everything is looked at that could tell of a half one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectMesh, type HopWorld, hopWorld } from './walk-hop.ts';

const way = [
  'stable-2.9.4',
  'stable-2.10.2',
  'stable-2.11.5',
  'stable-2.12.6',
  'stable-2.13.7',
  'stable-2.14.10',
  'edge-24.2.4',
  'edge-24.8.2',
  'edge-24.11.8',
  'edge-25.4.4',
  'edge-25.10.7',
  'edge-26.6.3',
] as const;

/** Kubernetes goes along, as each release is documented for it; its kubelets, one version behind, are what the stand-in looks at. */
const kubernetesBefore: Readonly<Record<string, string>> = {
  'stable-2.12.6': '1.24',
  'stable-2.14.10': '1.28',
  'edge-24.11.8': '1.29',
  'edge-25.4.4': '1.31',
  'edge-26.6.3': '1.33',
};

/** Walks all hops with these flags of `practice up`. A hop that fails leaves the ones after it without a ground: they fail, too. */
export function walkEveryHop(...flags: readonly string[]): void {
  let world: HopWorld;
  let reached: string = way[0];
  beforeAll(async () => {
    world = await hopWorld(way[0], ['--kubernetes', '1.21', ...flags]);
  }, 120_000);
  afterAll(() => world?.close());

  test.each(way.slice(1).map((to, index) => [way[index]!, to] as const))(
    '%s to %s',
    async (from, to) => {
      expect(reached, 'the hop before has not come to its end').toBe(from);
      const kubernetes = kubernetesBefore[to];
      if (kubernetes !== undefined) {
        const { code, stderr } = await world.handrail('practice', 'kubernetes', kubernetes);
        expect(code, stderr).toBe(0);
      }
      const { code, stdout } = await world.walk(to);
      expect(code, stdout.slice(-4000)).toBe(0);
      await isWhole(world, to);
      reached = to;
    },
    600_000,
  );
}

/** The mesh is of the version, the tool of the version is content, and nothing that matters is found. */
export async function isWhole(world: HopWorld, version: string): Promise<void> {
  await expectMesh(world, version);
  await world.sh(`linkerd check --expected-version ${version} --wait 30s`);
  await world.sh(`linkerd check --proxy --expected-version ${version} --wait 30s`);
  const found = await world.handrail('diagnose', '--practice', '--severity', 'warning');
  expect(found.code, found.stdout).toBe(0);
}
