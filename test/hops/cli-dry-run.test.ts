/** A dry run of a hop, in which the tool of the new release is not the one in use: it shows all the same what the hop would change. */
import { afterEach, expect, test } from 'vitest';
import { type HopWorld, hopWorld } from './walk-hop.ts';

let world: HopWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('2.13 to 2.14 in a dry run: the previews are made by the tool of 2.14, and nothing is changed', async () => {
  world = await hopWorld('stable-2.13.7');
  const before = await world.sh('linkerd version --client --short');
  const { code, stdout } = await world.walk('stable-2.14.10', { args: ['--dry-run'] });
  expect(code, stdout.slice(-4000)).toBe(0);

  const step = (name: string) => stdout.split(/^Step \d+ of \d+: /m).find((part) => part.startsWith(name));
  for (const name of ['Update the CRDs', 'Upgrade the viz extension']) {
    expect(step(name), name).toMatch(/^ *\| \+ .*stable-2\.14\.10/m);
  }
  // It renders nothing before its definitions are there, and a preview by the old tool would be one of something else.
  expect(step('Upgrade the control plane')).toMatch(
    /^ *\| CRD httproutes\.policy\.linkerd\.io is missing version v1beta3/m,
  );
  expect(step('Upgrade the control plane')).not.toContain('Wrong usage');
  expect(await world.sh('linkerd version --client --short')).toBe(before);
  expect(await world.sh('kubectl get crd,deployments -A -o yaml')).not.toContain('stable-2.14.10');
}, 600_000);
