/** Plain mode on a real terminal: what is typed, what is shown of it, and who gets the keys. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exitCodes } from '../../src/state/exit-codes.ts';
import { entry, handrail, temporaryHome } from '../helpers/handrail.ts';
import { launch } from '../helpers/pty.ts';

const home = temporaryHome();
const { env } = home;
afterAll(() => home.remove());

const write = (name: string, text: string) => writeFileSync(join(home.folder, name), text);
const plain = (name: string) =>
  launch(process.execPath, [entry, 'run', name, '--plain'], { cols: 120, rows: 40, env, cwd: home.folder });

write(
  'secret.md',
  '---\nrunbook: 1\ntitle: Secret\nrequires: {cluster: false}\nparameters:\n  TOKEN: {type: secret, ask: "Which token?"}\n---\n\n# Secret\n\n## Use it\n\n```sh look\necho "it has $(printf %s "$TOKEN" | wc -c | tr -d " ") characters"\n```\n',
);
write(
  'asks.md',
  '---\nrunbook: 1\ntitle: Asks\nrequires: {cluster: false}\n---\n\n# Asks\n\n## Say who\n\n```sh change interactive\ntrap \'echo "you pressed Ctrl+C"; exit 0\' INT\nread -r -p "Who? " who\necho "hello $who"\nread -r -p "More? " more\n```\n',
);

test('a secret is not shown while it is typed, and reaches the command', async () => {
  const t = plain('secret.md');
  await t.waitFor('answers: VALUE');
  await t.type('hunter2');
  await t.press('Enter');
  await t.waitFor('it has 7 characters');
  await t.type('next');
  await t.press('Enter');
  expect(await t.exit).toEqual({ code: 0, signal: undefined });
  expect(t.raw).not.toContain('hunter2');
  t.checkInvariants();
});

test('an interactive command gets the keys, Ctrl+C too, and then the session goes on', async () => {
  const t = plain('asks.md');
  await t.waitFor('answers: run');
  await t.type('run');
  await t.press('Enter');
  await t.waitFor('Who?');
  await t.type('ada');
  await t.press('Enter');
  await t.waitFor('hello ada');
  await t.waitFor('More?');
  await t.press('Ctrl+C');
  await t.waitFor('you pressed Ctrl+C');
  await t.waitFor('answers: next');
  await t.type('next');
  await t.press('Enter');
  expect(await t.exit).toEqual({ code: 0, signal: undefined });
});

test('Ctrl+D at a question pauses the session', async () => {
  const t = plain('asks.md');
  await t.waitFor('answers: run');
  await t.press('Ctrl+D');
  expect((await t.exit).code).toBe(exitCodes.leftOpen.code);
  expect(t.history().join('\n')).toContain('The input has ended, so the session is paused here.');
});

test('over a pipe a command that reads the keyboard is refused with a sentence', async () => {
  const { code, stdout } = await handrail(['run', 'asks.md', '--plain'], {
    env,
    input: 'run\nskip nobody is here\n',
  });
  expect(stdout).toContain('It reads the keyboard, and there is no terminal here.');
  expect(stdout).not.toContain('Who?\n');
  expect(code).toBe(0);
});
