/** How a rollout block and the command line are read, and what of them is refused. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { oneStepText } from '../../src/commands/one-step.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { parseRunbook } from '../../src/runbook/parse.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { rolloutSchema } from '../../src/steps/rollout/schema.ts';
import { parseWorkload } from '../../src/steps/workload-names.ts';

/** What a runbook with this block is told by lint, as `message | expected`. */
async function told(block: string, parameters = ''): Promise<readonly string[]> {
  const front = `---\nrunbook: 1\n${parameters === '' ? '' : `parameters:\n  ${parameters}\n`}---\n`;
  const text = `${front}\n# Shop\n\n## Watch\n\n\`\`\`yaml rollout\n${block}\n\`\`\`\n`;
  const read = async (key: string) => (key === 'x.md' ? text : undefined);
  const { diagnostics } = await loadBundle('x.md', read, actionSchemas);
  return diagnostics.map(({ message, expected }) => (expected ? `${message} | ${expected}` : message));
}

test('what is not told has its usual value', () => {
  expect(rolloutSchema.spec.parse({ namespace: 'shop' })).toEqual({
    namespace: 'shop',
    timeout: 600_000,
    settle: 2_000,
    patience: 60_000,
  });
});

describe('mistakes', () => {
  test.each([
    ['timeout: 5m', 'It does not say in which namespace'],
    ['namespace: shop\nall: true', 'told twice, by namespace and all'],
    ['namespace: Shop', 'Not a namespace'],
    ['namespace: shop\nworkloads: [pod/web]', 'Not a workload such as deploy/web'],
    ['namespace: shop\nworkloads: [deploy/web]\nselector: app=web', 'by their names or by a selector'],
    ['namespace: shop\nselector: "app=web;rm"', 'Not a label selector'],
    ['namespace: shop\ntimeout: 0s', 'no time at all'],
    ['namespace: shop\ntimeout: 1s\nsettle: 1s', 'could never be done'],
    ['namespace: shop\ntimout: 5m', 'there is no key "timout"'],
    ['namespace: $WHRE', 'WHRE'],
  ])('%s', async (block, message) => {
    const messages = await told(block, 'WHERE: namespace');
    expect(messages.join('\n')).toContain(message);
  });

  test('a parameter that the block alone reads is read', async () => {
    expect(await told('namespace: $WHERE', 'WHERE: namespace')).toEqual([]);
  });
});

test.each([
  ['deploy/web', 'Deployment', 'web'],
  ['Deployments/web', 'Deployment', 'web'],
  ['deployment.apps/web.v2', 'Deployment', 'web.v2'],
  ['sts/db', 'StatefulSet', 'db'],
  ['daemonset/agent', 'DaemonSet', 'agent'],
])('%s is a workload', (text, kind, name) => expect(parseWorkload(text)).toEqual({ kind, name }));

test.each(['web', 'deploy/', '/web', 'deploy/web/x', 'rs/web', 'deploy/Web', 'deploy/-web'])(
  '%s is none',
  (text) => expect(parseWorkload(text)).toBeUndefined(),
);

describe('the runbook of a command', () => {
  const hostile = 'x\n```\n## Evil\n```sh change\nrm -rf /\n```';

  test('holds its one action, whatever its values are', () => {
    const spec = { namespace: hostile, workloads: ['deploy/web'], selector: undefined };
    const text = oneStepText({ title: `Watch ${hostile}`, action: 'rollout', spec });
    const { runbook } = parseRunbook('command.md', text, []);
    expect(runbook.format).toBe('handrail');
    expect(runbook.steps).toHaveLength(0);
    const block = /^(`{4,})yaml rollout\n([\s\S]*?)\n\1$/m.exec(text)!;
    expect(parse(block[2]!)).toEqual({ namespace: hostile, workloads: ['deploy/web'] });
  });

  test('is walked as it was typed', () => {
    const text = oneStepText({
      title: 'deploy/web in shop',
      action: 'rollout',
      spec: { namespace: 'shop', workloads: ['deploy/web'], timeout: undefined },
    });
    const { runbook } = parseRunbook('command.md', text, actionSchemas);
    expect(runbook.title).toBe('deploy/web in shop');
    expect(runbook.steps).toHaveLength(1);
    expect(runbook.steps[0]!.actions).toMatchObject([
      { kind: 'rollout', risk: 'look', spec: { namespace: 'shop', workloads: ['deploy/web'] } },
    ]);
  });
});
