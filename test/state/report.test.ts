import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { expect, test } from 'vitest';
import { describePosition, summary } from '../../src/state/position.ts';
import { report } from '../../src/state/report.ts';
import { act, bundle, runbook, shell, type Trial, trial } from './build.ts';
import { diagnosis, finding, withPitfalls } from './diagnosing.ts';

const of = bundle(
  runbook(
    'main.md',
    [
      {
        id: 'crds',
        actions: [shell('apply crds', 'change', { undo: 'undo' })],
        branches: [{ title: 'Mend it', href: 'fix.md', file: 'fix.md' }],
      },
      { id: 'old', actions: [shell('old')], when: [{ parameter: 'FROM', accepts: ['1'] }] },
      { id: 'hand', actions: [shell('hand')] },
      { id: 'skip', actions: [shell('skip')] },
    ],
    [
      { name: 'FROM', type: 'string', default: '2' },
      { name: 'TOKEN', type: 'secret' },
    ],
  ),
  runbook('fix.md', [{ id: 'mend', actions: [shell('mend')] }]),
);

async function walked(note = 'quiet'): Promise<Trial> {
  let tries = 0;
  const t = await trial({ bundle: of, behaviour: { 'apply crds': () => (tries++ === 0 ? 4 : 0) } });
  await t.say({ type: 'value', value: '2' });
  await t.say({ type: 'value', value: 'hunter2' });
  await t.say({ type: 'run' });
  await t.clock.pass(61_000);
  await t.say({ type: 'branch', href: 'fix.md' });
  await t.say({ type: 'run' });
  await t.say({ type: 'continue' });
  await t.say({ type: 'continue' });
  await t.say({ type: 'retry' });
  await t.say({ type: 'run' });
  await t.say({ type: 'note', text: note });
  await t.say({ type: 'continue' });
  await t.say({ type: 'done-by-hand', note: 'typed it in' });
  return t;
}

test('says what was done when, by whom, where, and what did not go as written', async () => {
  const t = await walked();
  await t.say({ type: 'skip', reason: 'not on this cluster' });
  const text = report(t.walk.store.getState().session, of);
  for (const expected of [
    '# Title of main.md',
    '| Outcome | completed, all 4 steps |',
    'prod-eu-1',
    'ada on desk',
    '| 1 | Step crds | done | 2026-11-21 02:00:00Z | 1:01 | 4, 0 |',
    '| 2 | Step old | does not apply |',
    '- Step crds: the change ended with exit code 4 after 0:00.',
    '- Branch taken from Step crds: Mend it (finished).',
    '### Branch: Title of fix.md',
    '- Step hand: done by hand. typed it in',
    '- Step skip: skipped. not on this cluster',
    ': quiet',
    '- `FROM`: `2` (asked)',
    '- `TOKEN`: a secret, not kept (asked)',
    '  apply crds',
    'SHA-256 `abc`',
  ]) {
    expect(text).toContain(expected);
  }
  expect(text).not.toContain('hunter2');
});

test('text that somebody typed or a cluster sent stays text', async () => {
  const evil = '# x\n\n| a | <img src=x> [click](http://evil) ![i](x) `code` @all \u001b[31m <!-- ';
  const t = await walked(evil);
  const session = t.walk.store.getState().session;
  const text = report(session, of);
  expect(text).not.toContain('\u001b');
  const tree = fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
  const seen = JSON.stringify(tree);
  expect(seen).not.toMatch(/"type":"(html|link|image)"/);
  expect(tree.children.filter(({ type }) => type === 'heading')).toHaveLength(
    text.split('\n').filter((line) => line.startsWith('#')).length,
  );
  expect(seen).toContain('[click](http');
});

test('a script full of backticks cannot close its fence', async () => {
  const script = 'echo "```"\n````\n# not a heading';
  const fenced = bundle(runbook('main.md', [{ id: 'a', actions: [shell(script, 'look')] }]));
  const t = await trial({ bundle: fenced });
  await t.question();
  const tree = fromMarkdown(report(t.walk.store.getState().session, fenced));
  expect(JSON.stringify(tree)).not.toContain('"value":"not a heading"');
});

test('the position names the step, and the branch behind it', async () => {
  const t = await trial({ bundle: of, behaviour: { 'apply crds': () => 1 } });
  const position = () => describePosition(t.walk.store.getState().session, of);
  await t.question();
  expect(position()).toBe('before 1 of 4');
  await t.say({ type: 'value', value: '2' });
  await t.say({ type: 'value', value: 's' });
  expect(position()).toBe('1 of 4 Step crds');
  await t.say({ type: 'run' });
  await t.say({ type: 'branch', href: 'fix.md' });
  expect(position()).toBe('1 of 4 Step crds › 1 of 1 Step mend');
});

test('the summary counts', async () => {
  const t = await walked();
  const session = t.walk.store.getState().session;
  expect(summary(session, of)).toEqual({
    outcome: 'under way',
    position: '4 of 4 Step skip',
    steps: { pending: 0, current: 1, done: 1, 'done-by-hand': 1, skipped: 0, 'not-applicable': 1 },
    changes: { run: 3, failed: 1 },
    durationMs: 61_000,
  });
});

test('probes that passed are counted, one that failed is listed', async () => {
  const soak = bundle(
    runbook('main.md', [
      { id: 'soak', actions: [act('wait', { for: 60_000, every: 10_000, command: 'probe' })] },
    ]),
  );
  let left = 4;
  const t = await trial({ bundle: soak, behaviour: { probe: () => (left-- > 0 ? 0 : 1) } });
  await t.question();
  await t.clock.pass(60_000);
  const text = report(t.walk.store.getState().session, soak);
  expect(text).toContain('| 1 (probe), 4 × 0 (probe) |');
  expect(text.match(/probe in Step soak/g)).toHaveLength(1);
});

test('a diagnosis is in it with the proofs, what was not looked at, and the pitfall that was walked', async () => {
  const hit = withPitfalls(of, { 'fix.md': ['crds-old'] });
  const t = await trial({
    bundle: hit,
    behaviour: { 'apply crds': () => 4 },
    diagnose: async () => ({
      ...diagnosis(
        finding('crds-old', { severity: 'blocker', title: 'hunter2 servers lacks `v1beta3` <b>' }),
        finding('odd', { certainty: 'likely', symptomOf: 'crds-old' }),
      ),
      suppressed: 1,
      notChecked: [
        { part: 'secrets', why: 'denied', message: 'You may not list secrets.', codes: ['cert-expired'] },
      ],
    }),
  });
  await t.say({ type: 'value', value: '2' });
  await t.say({ type: 'value', value: 'hunter2' });
  await t.say({ type: 'run' });
  await t.say({ type: 'branch', href: 'fix.md' });
  const text = report(t.walk.store.getState().session, hit);
  expect(text).toContain(`## Diagnoses

### Step crds, after it failed, 2026-11-21 02:00:00Z

- blocker: \\*\\*\\* servers lacks \\\`v1beta3\\\` \\<b\\> (\`crds-old\`).
  - Deployment linkerd/linkerd-destination \`spec\`: \`1\`
- error, likely: This is odd (\`odd\`). It follows from \`crds-old\`.
  - Deployment linkerd/linkerd-destination \`spec\`: \`1\`
- 1 put aside as known.
- Not looked at: \`secrets\`. You may not list secrets. So these were not looked for: \`cert-expired\`.
`);
  expect(text).toContain('- Branch taken from Step crds: Title of fix.md (not left yet).');
});
