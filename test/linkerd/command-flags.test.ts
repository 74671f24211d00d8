/**
 * Every command of every bundled runbook against the tools that it is for: `linkerd` of each release that its step applies to, and the real kubectl
 * and helm. A flag that a release does not have is found here and not in the middle of an upgrade.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { factsOf, knownVersions } from '../../src/linkerd/facts.ts';
import { parseArguments } from '../../src/practice/linkerd-cli/args.ts';
import { STANDARD } from '../../src/practice/practice-settings.ts';
import { findTools } from '../../src/practice/tools.ts';
import { holds } from '../../src/runbook/conditions.ts';
import { drillOf } from '../../src/runbook/drill.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import type { Action, ParameterSpec, Runbook, Step } from '../../src/runbook/model.ts';
import { inRange } from '../../src/runbook/versions.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { commandsOf } from '../helpers/shell-commands.ts';
import { helpOf, type ToolHelp } from '../helpers/tool-flags.ts';

const root = fileURLToPath(new URL('../../runbooks', import.meta.url));
const read = (key: string) => readFile(join(root, key), 'utf8').catch(() => undefined);
const keys = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((key) => key.replaceAll('\\', '/'))
  .filter((key) => key.endsWith('.md'))
  .sort();

interface Script {
  readonly text: string;
  readonly step?: Step;
}

/** The commands that other programs understand: what is shown, and never run, among them. */
function scriptsOf(runbook: Runbook): Script[] {
  const ofAction = (action: Action): string[] => {
    if ('block' in action)
      return [action.preview, action.block, action.verify, action.undo].flatMap((each) => each?.script ?? []);
    const schema = actionSchemas.find(({ name }) => name === action.kind);
    return (schema?.scripts?.(('spec' in action && action.spec) as never) ?? []).map(({ script }) => script);
  };
  const shown = (step: Step) =>
    step.content.flatMap((each) =>
      each.type === 'code' && /^(ba|z)?sh$|^shell$/.test(each.language) ? [each.source] : [],
    );
  const fault = drillOf(runbook)?.fault;
  return [
    ...(fault === undefined ? [] : [{ text: fault }]),
    ...runbook.steps.flatMap((step) =>
      [...step.actions.flatMap(ofAction), ...shown(step)].map((text) => ({ text, step })),
    ),
  ];
}

const isVersion = ({ type }: ParameterSpec): boolean => type === 'linkerd-version';
/** In the order in which they say of what version a plain `linkerd` is. */
const usual = ['TO', 'VERSION', 'RELEASE', 'CONTROL_PLANE_VERSION', 'RUNNING', 'TARGET'];

/** The parameter that says which release a tool is of; undefined where the runbook has none. */
function versionParameter({ parameters }: Runbook, named: string | undefined): ParameterSpec | undefined {
  const versions = parameters.filter(isVersion);
  const asked = versions.find(({ name }) => name === named);
  return asked ?? usual.map((name) => versions.find((one) => one.name === name)).find(Boolean) ?? versions[0];
}

/** The releases of the tool for which a step applies: its conditions and the ranges of its parameters hold, with others at most one line away. */
function releasesOf(
  runbook: Runbook,
  step: Step | undefined,
  own: ParameterSpec | undefined,
): readonly string[] {
  const when = step?.when ?? [];
  const fits = (parameter: ParameterSpec, version: string) =>
    (parameter.range === undefined || inRange(version, parameter.range)) &&
    when.every(
      (condition) =>
        condition.parameter !== parameter.name ||
        holds(condition, runbook.parameters, { [parameter.name]: version }),
    );
  const others = runbook.parameters.filter((each) => isVersion(each) && each.name !== own?.name);
  return knownVersions.filter(
    (version) =>
      (own === undefined || fits(own, version)) &&
      others.every((other) =>
        knownVersions.some(
          (each) => Math.abs(factsOf(each).major - factsOf(version).major) <= 1 && fits(other, each),
        ),
      ),
  );
}

/** Whose tool the first word is: a release by name, a parameter with it, or nobody's. */
type Tool = { readonly release: string } | { readonly parameter: string | undefined };

function linkerdTool(
  word: string,
  assigned: Readonly<Record<string, string>>,
  captured: Captured,
): Tool | undefined {
  const named = /(?:^|\/)linkerd(?:-(?:\$\{?(\w+)\}?|((?:stable|edge)-[\w.]+)))?$/.exec(word);
  if (named) return named[2] === undefined ? { parameter: named[1] } : { release: named[2] };
  const variable = /^\$\{?(\w+)\}?$/.exec(word)?.[1];
  const source = variable === undefined ? undefined : (assigned[variable] ?? captured[variable]);
  if (source === undefined || !/linkerd/.test(source)) return undefined;
  const inside = /linkerd-"?\$\{?(\w+)/.exec(source);
  return { parameter: inside?.[1] };
}

/** The text of the script that gave each captured value. */
type Captured = Readonly<Record<string, string>>;

function capturedOf(runbook: Runbook): Captured {
  const blocks = runbook.steps.flatMap(({ actions }) =>
    actions.flatMap((each) => ('block' in each ? [each.block] : [])),
  );
  return Object.fromEntries(
    blocks.flatMap(({ capture, script }) => (capture === undefined ? [] : [[capture, script]])),
  );
}

/**
 * Differences between versions of the tools that a script minds by itself: it asks which flag there is before it uses one.
 * kubectl renamed the flag in 1.26 and dropped the old name in 1.30; helm renamed its own in 4.
 */
const elsewhere = [
  /^kubectl apply has no flag --prune-(whitelist|allowlist)$/,
  /^helm \w+ has no flag --(atomic|rollback-on-failure)$/,
];

/** 2.9.0 to 2.9.3 are repaired with the tool of 2.9.4, which the script takes for them. */
const minded = [/^stable-2\.9\.[0-3] repair /];

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

/** What no tool would understand in a runbook, each with the command and where it stands. */
async function problemsOf(runbook: Runbook): Promise<string[]> {
  const problems: string[] = [];
  const captured = capturedOf(runbook);
  for (const { text, step } of scriptsOf(runbook)) {
    const { commands, assigned, positional } = commandsOf(text);
    for (const words of commands) {
      const given = words
        .slice(1)
        .flatMap((word) => (word === '$@' ? positional.filter((each) => each !== '$@') : [word]));
      const say = (why: string) => problems.push(`${step?.title ?? 'the fault'}: ${words.join(' ')}: ${why}`);
      const [program] = words;
      if (program === 'kubectl' || program === 'helm') {
        counted[program] += 1;
        const wrong = await Promise.all(tools[program].map((tool) => tool.problem(given)));
        const why = wrong.find((each) => each !== undefined && !elsewhere.some((known) => known.test(each)));
        if (why !== undefined) say(why);
        continue;
      }
      const tool = linkerdTool(program!, assigned, captured);
      if (tool === undefined) continue;
      // Which command it is comes to light when it runs.
      if (given.find((word) => !word.startsWith('-'))?.startsWith('$')) continue;
      const drill = drillOf(runbook);
      const releases =
        drill !== undefined && !('release' in tool) && versionParameter(runbook, undefined) === undefined
          ? [drill.mesh ?? STANDARD.mesh]
          : 'release' in tool
            ? [tool.release]
            : releasesOf(runbook, step, versionParameter(runbook, tool.parameter));
      counted.linkerd += releases.length;
      const refused = releases.flatMap((release) => {
        if (minded.some((known) => known.test(`${release} ${given.join(' ')}`))) return [];
        try {
          parseArguments(release, given);
          return [];
        } catch (error) {
          return [`${release}: ${(error as Error).message.split('\n')[0]}`];
        }
      });
      if (refused.length > 0) say(refused.join('; '));
    }
  }
  return problems;
}

describe.each(keys)('%s', (key) => {
  it('has no command that a tool which it is for does not understand', async () => {
    const bundle = await loadBundle(key, read, actionSchemas);
    expect(await problemsOf(bundle.runbooks[key]!)).toEqual([]);
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
    return problemsOf(bundle.runbooks['a.md']!);
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
  ])('%s', async (script, named) => {
    const found = await open(runbook(block(script)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(named);
  });

  it.each([
    'awk \'/linkerd prune/ { print }\' <<<"linkerd prune"',
    'cat <<END\nlinkerd prune\nEND\ntrue',
    '# linkerd prune\ntrue',
    "kubectl --namespace linkerd get pods --output jsonpath='{.items[*]}' 2>/dev/null",
    'kubectl --kubeconfig "$HOME/x" --context a -n b rollout status deploy/c --timeout=5s',
  ])('nothing in: %s', async (script) => {
    expect(await open(runbook(block(script)))).toEqual([]);
  });
});
