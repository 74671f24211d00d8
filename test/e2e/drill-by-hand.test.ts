/**
 * A drill in a terminal of 80 by 24: the failure is met, its cause is on screen, and the operator is back on the road with Enter,
 * arrows and one y for each change.
 */
import { afterAll, expect, test } from 'vitest';
import { failed, goOn } from '../helpers/by-keys.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch } from '../helpers/pty.ts';

const home = temporaryHome();
const { env } = home;

afterAll(async () => {
  await handrail(['practice', 'down'], { env });
  home.remove();
});

const has = (text: string) => (screen: readonly string[]) => screen.some((line) => line.includes(text));

test('definitions that are missing are found, mended, and the upgrade goes on', async () => {
  const t = launch(process.execPath, [entry, 'drill', 'crd-mismatch', '--speed', '60'], {
    cols: 80,
    rows: 24,
    env,
    cwd: home.folder,
  });
  await t.waitFor('Enter begins.', 60_000);
  expect(t.text()).toContain('An upgrade on what somebody else left');
  await t.press('Enter');
  await t.waitFor(/\by start\b/, 60_000);
  await t.press('y');

  await goOn(t, () => false);
  expect(failed(t.screen())).toBe(true);
  await t.waitFor('Likely', 30_000);
  const likely = t.screen().findIndex((line) => line.includes('Likely'));
  expect(t.screen()[likely + 1]).toContain('▸ The CRDs do not match the control plane');
  expect(t.screen()[likely + 2]).toContain('httproutes.policy.linkerd.io lacks');

  const asked = await handrail(['diagnose', '--practice', '-o', 'json'], { env });
  expect(asked.code).toBe(1);
  const { findings } = JSON.parse(asked.stdout) as { findings: { code: string }[] };
  expect(findings[0]?.code).toBe('crd-version-missing');

  await t.press('Down', 'Up', 'Enter');
  await t.waitFor('returns to step 5');
  await goOn(t, has('This step failed'));
  await t.waitFor('▸ Retry this step');
  await t.press('Enter');
  await t.waitForGone('Retry this step', 60_000);
  await goOn(t, has('8 of 28'));
  expect(failed(t.screen()), t.text()).toBe(false);

  await t.press('q');
  await t.waitFor('p pause');
  await t.press('p');
  expect(await t.exit).toEqual({ code: 3, signal: undefined });
  expect(t.raw).not.toContain('What had been broken');
  t.checkInvariants();
}, 240_000);
