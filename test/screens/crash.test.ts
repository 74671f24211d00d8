/** A mistake of ours in the screens, as the operator meets it: in a real terminal. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleFixture } from '../helpers/bundle-fixture.ts';
import { launch } from '../helpers/pty.ts';

let program: Awaited<ReturnType<typeof bundleFixture>>;
beforeAll(async () => {
  program = await bundleFixture('test/screens/programs/crash.tsx');
});
afterAll(() => program.remove());

test('a part of the screen that throws gives the terminal back, pauses the session and says how to report it', async () => {
  const t = launch(process.execPath, [program.file], { cols: 100, rows: 30 });
  expect((await t.exit).code).toBe(1);
  t.checkInvariants();
  const said = t.history().join('\n');
  expect(said).toContain('this is a mistake of Handrail, not yours');
  expect(said).toContain('Please report it');
  expect(said).toContain('no such column');
  // One drawing is on screen, however often the terminal was handed over before.
  expect(said).toContain('paused: true, closed: true, listeners: 1');
});
