/** Small runbooks and sessions for tests, made as data: the parser has tests of its own. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import type {
  Action,
  Branch,
  Condition,
  KindAction,
  ParameterSpec,
  Place,
  Risk,
  Runbook,
  RunbookBundle,
  ShellAction,
  ShellBlock,
  ShellRole,
  Step,
  StepContent,
} from '../../src/runbook/model.ts';
import { openWalk } from '../../src/state/conductor.ts';
import type { ClusterPin, Mode, SessionEvent } from '../../src/state/event.ts';
import type { Clock } from '../../src/state/kind.ts';
import type { Diagnose, WalkOptions } from '../../src/state/options.ts';
import type { Intent, Question } from '../../src/state/question.ts';
import type { Walk } from '../../src/state/walk.ts';
import { kinds } from '../../src/steps/kinds.ts';
import {
  type Behaviour,
  FakeApi,
  FakeClock,
  FakeCluster,
  FakeCommands,
  MemoryJournal,
  settle,
} from './fakes.ts';

export const place: Place = {
  file: 'main.md',
  line: 1,
  column: 1,
  offset: 0,
  endLine: 1,
  endColumn: 1,
  endOffset: 0,
};

export function block(script: string, role: ShellRole, more: Partial<ShellBlock> = {}): ShellBlock {
  return { language: 'bash', role, script, interactive: false, codes: [0], place, ...more };
}

interface ShellMore {
  readonly preview?: string;
  readonly verify?: string;
  readonly undo?: string;
  readonly block?: Partial<ShellBlock>;
}

/** An action without its id, which its step gives it. */
type Draft = (id: string) => Action;

export function shell(script: string, risk: Risk = 'change', more: ShellMore = {}): Draft {
  return (id): ShellAction => ({
    kind: 'shell',
    id,
    risk,
    place,
    block: block(script, risk, more.block),
    ...(more.preview === undefined ? {} : { preview: block(more.preview, 'preview') }),
    ...(more.verify === undefined ? {} : { verify: block(more.verify, 'verify') }),
    ...(more.undo === undefined ? {} : { undo: block(more.undo, 'undo') }),
  });
}

export function act(kind: string, spec: unknown): Draft {
  return (id): KindAction => ({ kind, id, risk: 'look', place, spec });
}

export interface StepDraft {
  readonly id: string;
  readonly actions: readonly Draft[];
  /** What is written before the action of the same index; one more than there are actions: after the last. */
  readonly text?: readonly (string | undefined)[];
  readonly branches?: readonly Omit<Branch, 'place'>[];
  readonly when?: readonly Omit<Condition, 'place'>[];
}

function contentOf({ id, actions, text = [] }: StepDraft): readonly StepContent[] {
  const prose = (source: string | undefined): readonly StepContent[] =>
    source === undefined ? [] : [{ type: 'prose', nodes: fromMarkdown(source).children, source }];
  return [
    ...actions.flatMap((_, at): readonly StepContent[] => [
      ...prose(text[at]),
      { type: 'action', action: `${id}/${at + 1}` },
    ]),
    ...prose(text[actions.length]),
  ];
}

export function runbook(
  file: string,
  steps: readonly StepDraft[],
  parameters: readonly Omit<ParameterSpec, 'place'>[] = [],
): Runbook {
  return {
    file,
    format: 'handrail',
    title: `Title of ${file}`,
    summary: [],
    parameters: parameters.map((one) => ({ ...one, place })),
    environment: [],
    requires: [],
    permissions: [],
    risks: [],
    needsCluster: false,
    steps: steps.map(
      (step, index): Step => ({
        id: step.id,
        number: index + 1,
        title: `Step ${step.id}`,
        section: [],
        depth: 2,
        place,
        content: contentOf(step),
        actions: step.actions.map((draft, at) => draft(`${step.id}/${at + 1}`)),
        branches: (step.branches ?? []).map((one) => ({ ...one, place })),
        when: (step.when ?? []).map((one) => ({ ...one, place })),
      }),
    ),
    frontMatter: {},
  };
}

export function bundle(...runbooks: readonly [Runbook, ...Runbook[]]): RunbookBundle {
  return {
    root: runbooks[0].file,
    sources: Object.fromEntries(runbooks.map((one) => [one.file, `# ${one.title}\n`])),
    runbooks: Object.fromEntries(runbooks.map((one) => [one.file, one])),
    diagnostics: [],
    hash: 'abc',
  };
}

export const pin: ClusterPin = {
  context: 'prod',
  server: 'https://prod.example',
  uid: 'uid-1',
  name: 'prod-eu-1',
  practice: false,
};

export const ada = { user: 'ada', host: 'desk' };

export function started(
  of: RunbookBundle,
  more: { mode?: Mode; cluster?: ClusterPin | undefined } = {},
): SessionEvent {
  return {
    type: 'session-started',
    id: '20261121-0200-bana',
    title: of.runbooks[of.root]?.title ?? '',
    file: of.root,
    bundleHash: of.hash,
    mode: more.mode ?? 'live',
    unattended: false,
    operator: ada,
    cluster: 'cluster' in more ? more.cluster : pin,
    version: '0.1.0',
  };
}

/** A walk in a world of the test's making. */
export interface Trial {
  readonly walk: Walk;
  readonly clock: FakeClock;
  readonly commands: FakeCommands;
  readonly cluster: FakeCluster;
  readonly journal: MemoryJournal;
  /** Every opening of the cluster's API, in order. */
  readonly apis: readonly FakeApi[];
  readonly options: WalkOptions;
  /** The question, once nothing moves any more. */
  question(): Promise<Question | undefined>;
  /** Sends an intent and waits until nothing moves any more. */
  say(intent: Intent): Promise<Question | undefined>;
  /** The scripts that ran, in order. */
  readonly ran: () => string[];
}

/** A program that is killed writes nothing more, and none of its timers goes off. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
  happened: boolean;
}

function mortal(death: Death, clock: FakeClock, journal: MemoryJournal): Clock {
  const die = () => {
    death.happened = true;
    return new Promise<void>(() => {});
  };
  journal.before = (_, seq) =>
    death.happened || (death.when === 'before' && seq === death.at) ? die() : undefined;
  journal.after = ({ seq }) => (death.when === 'after' && seq === death.at ? die() : undefined);
  return {
    now: () => clock.now(),
    after: (ms, then) =>
      clock.after(ms, () => {
        if (!death.happened) then();
      }),
  };
}

export interface TrialSetup {
  readonly bundle: RunbookBundle;
  readonly behaviour?: Readonly<Record<string, Behaviour['run'] | Behaviour>>;
  readonly mode?: Mode;
  readonly cluster?: ClusterPin | undefined;
  readonly options?: Partial<WalkOptions>;
  /** What looks at the cluster for what is wrong. */
  readonly diagnose?: Diagnose;
  /** The last lines of every output. */
  readonly tail?: readonly string[];
  /** When this program dies: with the line of that number not yet on disk, or just on it. */
  readonly death?: Death;
  /** The world and journal of an earlier program. */
  readonly earlier?: Pick<Trial, 'clock' | 'commands' | 'cluster' | 'journal'>;
}

export async function trial(setup: TrialSetup): Promise<Trial> {
  const clock = setup.earlier?.clock ?? new FakeClock();
  const commands = setup.earlier?.commands ?? new FakeCommands(clock, (script) => behaviourOf(setup, script));
  const cluster = setup.earlier?.cluster ?? new FakeCluster();
  const journal = new MemoryJournal(clock, setup.earlier?.journal.entries ?? []);
  if (!setup.earlier) await journal.append(started(setup.bundle, setup));
  const ownClock = setup.death ? mortal(setup.death, clock, journal) : clock;
  const apis: FakeApi[] = [];
  const options: WalkOptions = {
    bundle: setup.bundle,
    journal,
    folder: '/session',
    cwd: '/',
    ports: {
      commands,
      cluster,
      clock: ownClock,
      api: (file) => {
        const api = new FakeApi(file);
        apis.push(api);
        return api;
      },
      captured: async (folder) => commands.stdout(folder),
      putAwayCaptured: async () => {},
      output: () => ({
        window: async () => ({ total: 0, first: 0, lines: [], bytes: 0 }),
        tail: async () => ({ total: 0, first: 0, lines: setup.tail ?? [], bytes: 0 }),
        search: async () => -1,
        close: async () => {},
      }),
      ...(setup.diagnose ? { diagnose: setup.diagnose } : {}),
    },
    kinds,
    operator: ada,
    environment: { PATH: '/bin' },
    hostname: 'desk',
    kubeconfigFile: '/session/kubeconfig',
    resumed: setup.earlier !== undefined,
    ...setup.options,
  };
  const walk = await openWalk(options);
  const question = async () => {
    await settle();
    return walk.store.getState().question;
  };
  return {
    walk,
    clock,
    commands,
    cluster,
    journal,
    apis,
    options,
    question,
    async say(intent) {
      await question();
      walk.send(intent);
      return question();
    },
    ran: () => commands.started.map(({ script }) => script),
  };
}

function behaviourOf(setup: TrialSetup, script: string): Behaviour {
  const found = setup.behaviour?.[script];
  if (typeof found === 'function') return { run: found };
  return found ?? { run: () => 0 };
}
