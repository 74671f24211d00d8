/**
 * The commands of a runbook against the tools that they are for: `linkerd` of each release that a step applies to, kubectl and helm by their own
 * help.
 */
import { factsOf, knownVersions } from '../../src/linkerd/facts.ts';
import { parseArguments } from '../../src/practice/linkerd-cli/args.ts';
import { STANDARD } from '../../src/practice/practice-settings.ts';
import { holds } from '../../src/runbook/conditions.ts';
import { drillOf } from '../../src/runbook/drill.ts';
import type { Action, ParameterSpec, Runbook, Step } from '../../src/runbook/model.ts';
import { inRange } from '../../src/runbook/versions.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { commandsOf, type Guard } from './shell-commands.ts';
import type { ToolHelp } from './tool-flags.ts';

/** The programs that are asked for their flags. */
export type Tools = Readonly<Record<'kubectl' | 'helm', readonly ToolHelp[]>>;

/** How many commands were held against their tools. */
export interface Counted {
  kubectl: number;
  helm: number;
  linkerd: number;
}

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
  return { parameter: /linkerd-"?\$\{?(\w+)/.exec(source)?.[1] };
}

/** Whether a branch of `case` that asks for this release by the name of its parameter is ever taken. */
function passes(guards: readonly Guard[], parameter: string | undefined, release: string): boolean {
  const fits = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(release);
  return guards.every(
    ({ word, patterns, earlier }) =>
      parameter === undefined ||
      !new RegExp(`^\\$\\{?${parameter}\\}?$`).test(word) ||
      (patterns.some(fits) && !earlier.some(fits)),
  );
}

/** A release that a tool may be of where it is used, and the parameter that says so. */
interface Candidate {
  readonly release: string;
  readonly parameter: string | undefined;
}

/** Groups of releases, of which one has to understand the command: one group, but for a notice, which is done before its upgrade or after it. */
function candidatesFor(
  runbook: Runbook,
  step: Step | undefined,
  tool: Tool,
  assigned: Readonly<Record<string, string>>,
): readonly (readonly Candidate[])[] {
  const all = (releases: readonly string[], parameter?: string) =>
    releases.map((release) => ({ release, parameter }));
  if ('release' in tool) return [all([tool.release])];
  const { notices } = runbook.frontMatter;
  if (typeof notices === 'string') {
    const line = Number(notices.split('.')[1]);
    return [line, line - 1].map((one) =>
      all(knownVersions.filter((version) => factsOf(version).major === one)),
    );
  }
  // `version=$FROM`, and then `linkerd-$version`.
  const behind = /\$\{?(\w+)/.exec(assigned[tool.parameter ?? ''] ?? '')?.[1];
  const own = versionParameter(runbook, behind ?? tool.parameter);
  const drill = drillOf(runbook);
  if (drill !== undefined && own === undefined) return [all([drill.mesh ?? STANDARD.mesh])];
  return [all(releasesOf(runbook, step, own), own?.name)];
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

/**
 * What scripts mind in ways that are not seen here: 2.9.0 to 2.9.3 are repaired with the tool of 2.9.4, and where the settings are lost from 2.12
 * on nobody gets as far as the repair.
 */
const minded = [/^stable-2\.9\.[0-3] repair\b/, /^(?!stable-2\.(9|1[01])\.)\S+ repair$/];

/** What no tool would understand in a runbook, each with the command and where it stands; `counted` is counted up. */
export async function problemsOf(runbook: Runbook, tools: Tools, counted: Counted): Promise<string[]> {
  const problems: string[] = [];
  const captured = capturedOf(runbook);
  for (const { text, step } of scriptsOf(runbook)) {
    const { commands, assigned, positional } = commandsOf(text);
    for (const { words, guards } of commands) {
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
      const command = given.find((word) => !word.startsWith('-'));
      // Which command it is comes to light when it runs; and what is a program of its own has releases of its own.
      if (command?.startsWith('$') || command === 'smi') continue;
      const refusedBy = ({ release, parameter }: Candidate): string[] => {
        if (!passes(guards, parameter, release)) return [];
        if (minded.some((known) => known.test(`${release} ${given.join(' ')}`))) return [];
        counted.linkerd += 1;
        try {
          parseArguments(release, given);
          return [];
        } catch (error) {
          return [`${release}: ${(error as Error).message.split('\n')[0]}`];
        }
      };
      const groups = candidatesFor(runbook, step, tool, assigned).map((group) => group.flatMap(refusedBy));
      const refused = groups.some((group) => group.length === 0) ? [] : (groups[0] ?? []);
      if (refused.length > 0) say(refused.join('; '));
    }
  }
  return problems;
}
