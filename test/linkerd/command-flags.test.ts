/**
 * Every command of every bundled runbook against the tools that it is for. A flag that a release does not have is found here and not in the middle
 * of an upgrade.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findTools } from '../../src/practice/tools.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { problemsOf } from '../helpers/runbook-commands.ts';
import { helpOf, type ToolHelp } from '../helpers/tool-flags.ts';

const root = fileURLToPath(new URL('../../runbooks', import.meta.url));
const read = (key: string) => readFile(join(root, key), 'utf8').catch(() => undefined);
const keys = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((key) => key.replaceAll('\\', '/'))
  .filter((key) => key.endsWith('.md'))
  .sort();

/** That of the dev dependency, and that of this machine where it has another one. */
const tools: Record<'kubectl' | 'helm', readonly ToolHelp[]> = { kubectl: [], helm: [] };
beforeAll(async () => {
  const found = [await findTools(['kubectl', 'helm'], { prefer: 'bundled' }), await findTools()];
  for (const tool of ['kubectl', 'helm'] as const) {
    const programs = new Set(found.flatMap(({ paths }) => paths[tool] ?? []));
    expect(programs.size, tool).toBeGreaterThan(0);
    tools[tool] = [...programs].map((program) => helpOf(tool, program));
  }
});

/** How many commands were held against their tools: a test that reads none would find nothing. */
const counted = { kubectl: 0, helm: 0, linkerd: 0 };

describe.each(keys)('%s', (key) => {
  it('has no command that a tool which it is for does not understand', async () => {
    const bundle = await loadBundle(key, read, actionSchemas);
    expect(await problemsOf(bundle.runbooks[key]!, tools, counted)).toEqual([]);
  });
});

it('has read what there is', () => {
  expect(counted.kubectl).toBeGreaterThan(500);
  expect(counted.helm).toBeGreaterThan(20);
  expect(counted.linkerd).toBeGreaterThan(500);
});

describe('what is found', () => {
  const open = async (text: string): Promise<string[]> => {
    const bundle = await loadBundle(
      'a.md',
      async (key) => (key === 'a.md' ? text : undefined),
      actionSchemas,
    );
    return problemsOf(bundle.runbooks['a.md']!, tools, counted);
  };
  const runbook = (step: string, range = '>=2.12.0') =>
    `---\nrunbook: 1\nparameters:\n  TO: {type: linkerd-version, range: "${range}"}\n---\n\n# A\n\n## Do it\n\n${step}\n`;
  const block = (script: string) => `\`\`\`sh look\n${script}\n\`\`\``;

  it('a command that some releases of the range lack', async () => {
    expect(await open(runbook(block('linkerd prune | kubectl delete -f -')))).toEqual([
      'Do it: linkerd prune: stable-2.12.6: unknown command "prune" for "linkerd"',
    ]);
    expect(await open(runbook(block('linkerd prune | kubectl delete -f -'), '>=2.13.0'))).toEqual([]);
  });

  it('a condition of the step is minded', async () => {
    const when = '```yaml when\nTO: "<2.19.0"\n```\n\n';
    expect(await open(runbook(block('linkerd jaeger check')))).toHaveLength(1);
    expect(await open(runbook(when + block('linkerd jaeger check')))).toEqual([]);
  });

  it.each([
    ['tool=$(command -v "linkerd-$TO" || command -v linkerd)\nx=$("$tool" upgrade --crds --nope)', '--nope'],
    ['set -- --gateway=false\nlinkerd viz check "$@"', '--gateway'],
    ['if linkerd-stable-2.11.5 check --crds; then true; fi', '--crds'],
    ['for each in $(kubectl get pods --alll); do echo "$each"; done', '--alll'],
    ['echo "$(kubectl rollout statuss deploy/web)"', 'kubectl rollout has no command statuss'],
    ['kubectl frobnicate', 'no command frobnicate'],
    ['helm upgrade --no-such x y', '--no-such'],
    ['case "$TO" in *-1) kubectl get --no-such ;; esac', '--no-such'],
    ['case "$TO" in stable-2.14.*) true ;; *) linkerd prune ;; esac', 'stable-2.12.6: unknown command'],
  ])('%s', async (script, named) => {
    const found = await open(runbook(block(script)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(named);
  });

  it.each([
    'awk \'/linkerd prune/ { print }\' <<<"linkerd prune"',
    'cat <<END\nlinkerd prune\nEND\ntrue',
    '# linkerd prune\ntrue',
    'case "$TO" in stable-2.13.*|stable-2.14.*) linkerd prune ;; esac',
    'x=$(case "$TO" in (stable-2.12.*) true ;; *) linkerd prune ;; esac)',
    "kubectl --namespace linkerd get pods --output jsonpath='{.items[*]}' 2>/dev/null",
    'kubectl --kubeconfig "$HOME/x" --context a -n b rollout status deploy/c --timeout=5s',
  ])('nothing in: %s', async (script) => {
    expect(await open(runbook(block(script)))).toEqual([]);
  });
});
