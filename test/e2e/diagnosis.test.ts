/** Anybody's runbook on the practice cluster, through the built program and real kubectl: it breaks, and the diagnosis says what and leads to the fix. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handrail, temporaryHome } from '../helpers/handrail.ts';
import { createTools, type Tools } from '../helpers/kubectl.ts';

const home = temporaryHome();
const { env } = home;
let tools: Tools;

beforeAll(async () => {
  const up = await handrail(['practice', 'up', '--speed', '50'], { env });
  expect(up.code, up.stderr).toBe(0);
  const kubeconfig = join(home.folder, 'state/handrail/practice/kubeconfig');
  tools = await createTools(readFileSync(kubeconfig, 'utf8'));
}, 60_000);

afterAll(async () => {
  await tools.dispose();
  await handrail(['practice', 'down'], { env });
  home.remove();
});

const write = (name: string, steps: string): string => {
  const file = join(home.folder, name);
  writeFileSync(file, `---\nrunbook: 1\n---\n\n# Mine\n\n${steps}`);
  return file;
};
const takeAway = 'delete customresourcedefinition httproutes.policy.linkerd.io';

/** Waits until a session has written the words down. */
async function written(words: string): Promise<void> {
  const folder = join(home.folder, 'state/handrail/sessions');
  await expect
    .poll(
      () =>
        existsSync(folder) &&
        readdirSync(folder).some((id) =>
          readFileSync(join(folder, id, 'journal.jsonl'), 'utf8').includes(words),
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
}

test('what breaks while a rollout is watched is announced beside it', async () => {
  const file = write(
    'watch.md',
    '## Watch\n\n```yaml rollout\nnamespace: lab\nworkloads: [deploy/slow]\ntimeout: 50s\n```\n',
  );
  // Its only pod runs and is never ready; by the clock of the cluster that is long.
  const metadata = { annotations: { 'practice.handrail.dev/not-ready': 'pause' } };
  const patch = { spec: { progressDeadlineSeconds: 100_000, template: { metadata } } };
  await tools.kubectl('create namespace lab');
  await tools.kubectl('-n lab create deployment slow --image=registry.k8s.io/pause:3.10');
  await tools.kubectl(['-n', 'lab', 'patch', 'deploy/slow', '-p', JSON.stringify(patch)]);
  const walked = handrail(['run', file, '--practice', '--plain', '--unattended'], { env });
  await written('action-started');
  // The first look, which says what was there before, is over by then.
  await new Promise((passed) => setTimeout(passed, 8000));
  await tools.kubectl(takeAway);
  const { stdout, code } = await walked;
  expect(code, stdout).toBe(5);
  expect(stdout).toContain('Meanwhile: httproutes.policy.linkerd.io');
  expect(stdout.indexOf('Meanwhile:')).toBeLessThan(stdout.indexOf('Not done after 50s'));
  expect(stdout).toContain('Likely: The CRDs do not match the control plane');
}, 180_000);

test('a failure is diagnosed, its pitfall is a number away and asks for nothing, and the report has the proof', async () => {
  const file = write(
    'break.md',
    `## Break it\n\n\`\`\`sh change\nkubectl ${takeAway} --ignore-not-found\nexit 3\n\`\`\`\n`,
  );
  const failed = await handrail(['run', file, '--practice', '--plain', '--unattended'], { env });
  expect(failed.code, failed.stdout).toBe(5);
  expect(failed.stdout).toContain('Looking at the cluster for what is wrong ...');
  expect(failed.stdout).toMatch(
    /Likely: The CRDs do not match the control plane \(httproutes\.policy\.linkerd\.io/,
  );

  const resumed = await handrail(['resume', '--plain'], { env, input: '1\n' });
  expect(resumed.stdout).toContain('1 The CRDs do not match the control plane: httproutes.policy.linkerd.io');
  expect(resumed.stdout).toContain('Branch: The CRDs do not match the control plane');
  expect(resumed.stdout).toContain('The input has ended, so the session is paused here.');
  expect(resumed.stdout.split('Branch: ')[1]).not.toMatch(/answers: VALUE/);

  const { stdout: report } = await handrail(['report'], { env });
  expect(report).toContain('## Diagnoses');
  expect(report).toMatch(/- blocker: httproutes\.policy\.linkerd\.io .*\n {2}- CustomResourceDefinition/);
  expect(report).toContain(
    '- Branch taken from Break it: The CRDs do not match the control plane (not left yet).',
  );
  expect(report).toMatch(/- `\w+`: `.+` \(finding\)/);
}, 120_000);
