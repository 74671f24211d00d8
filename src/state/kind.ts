/**
 * What a kind of action is to the engine. Some kinds are answered by the operator (ask, choose, confirm); the others do
 * work that takes time and shows progress (wait, and all that watch or change a cluster). A kind is one folder under
 * `src/steps` and one line in its list; the engine knows none of them by name.
 */
import type { ClusterApi } from '../cluster/api.ts';
import type { ActionSchema } from '../runbook/action-schema.ts';
import type { ParameterSpec, Runbook } from '../runbook/model.ts';
import type { ActionRef, ClusterPin, Ending, Mode } from './event.ts';
import type { Intent, Question } from './question.ts';
import type { ActionNote } from './session.ts';
import type { Live } from './walk.ts';

/** What surrounds an action when it is asked. */
export interface Around {
  readonly at: ActionRef;
  /** All parameters declared by the runbooks on the stack. */
  readonly parameters: readonly ParameterSpec[];
  readonly values: Readonly<Record<string, string>>;
  readonly mode: Mode;
  /** The keys of the visits of this action that were walked to their end. */
  readonly visited: readonly string[];
}

/** What an answer means: it is written down, and may set a parameter. `why` refuses it and asks again. */
type Answer =
  | {
      readonly ok: true;
      readonly answer: string;
      readonly set?: { readonly name: string; readonly value: string };
    }
  | { readonly ok: false; readonly why: string };

/** A runbook, or one step of it, that is walked because of an answer. */
export interface Visit {
  readonly file: string;
  readonly step?: string;
  /** What it is called while it is walked. */
  readonly why: string;
  /** Tells the visits of one answer apart, also where it is given again later. Only where there can be several. */
  readonly key?: string;
  /** Values that parameters get before it is entered. */
  readonly set?: Readonly<Record<string, string>>;
}

/** What an answer brings about in the walk. */
interface Effect {
  /** Steps of the same runbook that the answer rules out. */
  readonly ruledOut: readonly string[];
  /**
   * What is walked now, one after the other. The answer alone must say what it is: values may change on the way. One that was walked to
   * its end is not walked again; one that is left half way opens the question again. In a dry run only the first is walked, since the others
   * begin with what it would have changed.
   */
  readonly visits?: readonly Visit[];
}

interface KindBase<Spec> {
  readonly schema: ActionSchema<Spec>;
  /** Names of parameters that the action gives a value, so that they are not asked for at the start. */
  readonly sets?: (spec: Spec) => readonly string[];
}

/** A kind of action that is over once it is answered, such as `ask` or `choose`. */
export interface AskingKind<Spec = unknown> extends KindBase<Spec> {
  readonly way: 'asks';
  readonly question: (spec: Spec, around: Around) => Question;
  readonly answer: (spec: Spec, intent: Intent, around: Around) => Answer;
  /** The answer in words, where it is not its own best name. */
  readonly label?: (spec: Spec, answer: string) => string | undefined;
  readonly effect?: (spec: Spec, answer: string, file: string) => Effect;
}

/** A word that a kind understands, and whether it is about the selected row of its panel. */
export interface SteerWord {
  readonly word: string;
  /** One or two words, for the footer. */
  readonly label: string;
  /** The key, a lower-case letter that means nothing else while something runs. */
  readonly key: string;
  readonly about: 'whole' | 'row';
  /** One sentence for the help. */
  readonly help: string;
  /** What comes of it is seen on the panel alone: line by line it is not offered. */
  readonly onPanel?: true;
}

/** How a performed action ended. `detail` is one sentence. */
export interface Performed {
  readonly ok: boolean;
  readonly detail: string;
}

/** What a performing kind may use. All of it stops working once `signal` is aborted. */
export interface PerformContext {
  readonly at: ActionRef;
  /** All runbooks of the session, those that belong to it without being led to among them, by file. */
  readonly runbooks: Readonly<Record<string, Runbook>>;
  readonly values: Readonly<Record<string, string>>;
  /** The environment of commands: parameters, KUBECONFIG, PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly cluster: ClusterPin | undefined;
  readonly kubeconfigFile: string | undefined;
  /** The session's cluster, by its own kubeconfig; undefined where the session has none. The engine closes it. */
  readonly api: ClusterApi | undefined;
  /** What the plan was and which of its parts were left out; undefined for a kind that does not plan. */
  readonly plan: { readonly plan: unknown; readonly excluded: readonly string[] } | undefined;
  /** What this attempt has written down so far, in earlier processes too. */
  readonly notes: readonly ActionNote[];
  /** ms since the epoch: when this attempt began, possibly in an earlier process. */
  readonly startedAt: number;
  /** What the kind wrote down when it started: empty at first. */
  readonly detail: string;
  /** ms since the epoch: the last sign in the journal that the action was being watched. */
  readonly lastSeenAt: number;
  readonly clock: Clock;
  /** Aborted by cancel, pause and the end of the session. */
  readonly signal: AbortSignal;
  /** Writes down that the action starts (anew); `detail` comes back on resume. The soak's clock starts here. */
  started(detail: string): Promise<number>;
  /** Runs a command that only looks, recorded like any other, and waits for its end. */
  probe(script: string, timeoutMs: number): Promise<Ending>;
  /** Writes a line down, and settles when it is on disk: before anything is done that `data` tells of. */
  note(text: string, data?: unknown): Promise<void>;
  /** Calls back with each word of the operator for this kind, until the signal is aborted. */
  onSteer(heard: (steer: Steer) => void): void;
  /** The environment's command runs to its end and only looks; its output is given back, at most `limit` bytes of it. */
  read(
    script: string,
    timeoutMs: number,
    limit?: number,
  ): Promise<{ readonly ending: Ending; readonly output: string }>;
  /** Shows progress. At most a few times a second reach the screen. */
  progress(shown: Shown): void;
}

/** What a kind shows while it works. `progress` is for its own panel, and is kept until the next. */
export type Shown = Pick<Live, 'soak' | 'notice'> & { readonly progress?: unknown };

/** A word of the operator to the kind that performs. */
export interface Steer {
  readonly word: string;
  readonly subject?: string;
}

/** What a kind found when it looked before asking. `nothing`: there is nothing to do, and why, in one sentence. */
export type Planned =
  | { readonly type: 'plan'; readonly plan: unknown; readonly text: string }
  | { readonly type: 'nothing'; readonly detail: string }
  | { readonly type: 'impossible'; readonly detail: string };

/** What may be asked of the cluster while planning. */
export type PlanContext = Pick<
  PerformContext,
  'values' | 'env' | 'cluster' | 'api' | 'clock' | 'signal' | 'progress' | 'read'
> & {
  /** What attempts before this one have written down. */
  readonly earlier: readonly ActionNote[];
};

/** A kind of action that does work of its own, such as `wait`. */
export interface PerformingKind<Spec = unknown> extends KindBase<Spec> {
  readonly way: 'performs';
  /** One sentence: what is about to happen. Asked as a confirmation where the risk is more than a look. */
  readonly describe: (spec: Spec, values: Readonly<Record<string, string>>) => string;
  /**
   * Looks at the cluster before the operator is asked; what it finds is written down and shown with the question, and is what
   * `perform` works from. In a dry run the plan is made and shown, and nothing is done.
   */
  readonly plan?: (spec: Spec, context: PlanContext) => Promise<Planned>;
  /** The words that `perform` understands while it works, for the keys of the screen. */
  readonly steering?: readonly SteerWord[];
  /** Its notes say all that its commands print: where lines are told one after the other, their output is left out. */
  readonly tellsAll?: true;
  /** It may take minutes, in which something else may break: what does is told beside it. */
  readonly lookout?: (spec: Spec) => boolean;
  /** In a dry run: done for real, or only described. Unless told, a look is done and a change is described. */
  readonly dryRun?: 'perform' | 'describe';
  /** Does the work, or goes on with it after a resume. May reject with the signal's reason only. */
  readonly perform: (spec: Spec, context: PerformContext) => Promise<Performed>;
}

/** A kind that looks before it asks. */
export type Planning = PerformingKind & Required<Pick<PerformingKind, 'plan'>>;

/** Whether the kind looks before it asks. */
export const plans = (kind: PerformingKind): kind is Planning => kind.plan !== undefined;

// A kind's spec type is its own business: the parser made the spec with the same kind's schema.
/** How a registered kind of action behaves in a walk. */
// biome-ignore lint/suspicious/noExplicitAny: the list of kinds holds kinds of different specs
export type ActionKind<Spec = any> = AskingKind<Spec> | PerformingKind<Spec>;

/** The kinds that this program knows. */
export type Kinds = readonly ActionKind[];

/** The kind of that name, or undefined: a runbook of a later version may use one that this program lacks. */
export function kindOf(kinds: Kinds, name: string): ActionKind | undefined {
  return kinds.find((kind) => kind.schema.name === name);
}

/** Time, so that tests hold it in their hands. Milliseconds. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the function given back cancels it. */
  after(ms: number, then: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, then) {
    // Node fires at once for a delay beyond 2^31 - 1 ms.
    const timer = setTimeout(then, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Settles after `ms`, or at once when `signal` is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = () => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
