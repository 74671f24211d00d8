/**
 * The typed model of a runbook: what the parser gives and everything else reads. Plain data, so that it can be kept
 * in a journal, compared and sent anywhere.
 */
import type { RootContent } from 'mdast';

/** A stretch of a source file. Lines and columns count from 1, offsets from 0, all in UTF-16 code units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly endOffset: number;
}

/** What an action may do to the world. What is not marked is taken for a change. */
export type Risk = 'look' | 'change' | 'irreversible';

/** What a parameter holds: it decides how a value is asked for and checked. */
export type ParameterType =
  | 'string'
  | 'choice'
  | 'version'
  | 'linkerd-version'
  | 'namespace'
  | 'context'
  | 'duration'
  | 'secret';

/** A named value that the commands of a runbook read as an environment variable. */
export interface ParameterSpec {
  readonly name: string;
  readonly type: ParameterType;
  /** The question put to the operator; without one the name is asked for. */
  readonly ask?: string;
  readonly help?: string;
  readonly default?: string;
  /** For `choice`: the values allowed, in the order shown. */
  readonly choices?: readonly string[];
  /** A regular expression that a value must match as a whole. */
  readonly pattern?: string;
  /** A semver range that a version must satisfy. */
  readonly range?: string;
  /** An empty value is allowed. */
  readonly optional?: boolean;
  readonly place: Place;
}

/** A tool the runbook needs on the PATH, with a semver range (`*` for any). */
export interface Requirement {
  readonly tool: string;
  readonly range: string;
  readonly place: Place;
}

/** An access the runbook needs: what `kubectl auth can-i VERB RESOURCE -n NAMESPACE` answers. */
export interface PermissionRequirement {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly place: Place;
}

/** The first word of a fence that is run. All but `zsh` run in bash; a `console` block has prompts and output in it. */
export type ShellLanguage = 'bash' | 'sh' | 'zsh' | 'shell' | 'console';
/** The second word of a shell fence. `preview`, `verify` and `undo` belong to a change; `show` is never run. */
export type ShellRole = 'look' | 'change' | 'irreversible' | 'preview' | 'verify' | 'undo' | 'show';

/** One fenced shell block, ready to be run. */
export interface ShellBlock {
  readonly language: ShellLanguage;
  readonly role: ShellRole;
  /** What is given to the shell: prompts and example output of `console` blocks are already gone. */
  readonly script: string;
  /** ms; absent: no limit. */
  readonly timeoutMs?: number;
  /** ms without a line of output after which the run is flagged (never killed). */
  readonly silentMs?: number;
  /** The command reads the keyboard: it gets the terminal. */
  readonly interactive: boolean;
  /** Exit codes that count as success; `[0]` unless told. (`kubectl diff` ends with 1 where there are differences.) */
  readonly codes: readonly number[];
  /** A parameter that takes the trimmed standard output of a successful `look`. */
  readonly capture?: string;
  /** The namespace that the screen names beside the command. */
  readonly namespace?: string;
  readonly place: Place;
}

/** A link to a pitfall, a step or another runbook. */
export interface Branch {
  readonly title: string;
  /** As written. */
  readonly href: string;
  /** The file in the bundle, or undefined for a link inside this file. */
  readonly file?: string;
  /** The id of a step, without `#`. */
  readonly step?: string;
  readonly place: Place;
}

interface ActionBase {
  /** Unique in the runbook: `<step id>/<n>`, n from 1. */
  readonly id: string;
  readonly risk: Risk;
  readonly place: Place;
}

/** A shell command with what belongs to it. `preview`, `verify` and `undo` belong to changes only. */
export interface ShellAction extends ActionBase {
  readonly kind: 'shell';
  readonly block: ShellBlock;
  readonly preview?: ShellBlock;
  readonly verify?: ShellBlock;
  readonly undo?: ShellBlock;
}

/** An action of a kind that is registered under `src/steps`: `ask`, `choose`, `confirm`, `wait`, ... */
export interface KindAction extends ActionBase {
  readonly kind: string;
  /** What the kind's own schema made of the block; the kind knows its type. */
  readonly spec: unknown;
}

/** What a step asks for: a command, or an action of a registered kind. */
export type Action = ShellAction | KindAction;

/** The step applies only where every condition holds: a parameter's name to a value, a list of values, or a semver range. */
export interface Condition {
  readonly parameter: string;
  /** For a version parameter a semver range, otherwise the values of which one must be equal. */
  readonly accepts: readonly string[];
  readonly place: Place;
}

/** A part of a step, in the order of the file; `action` is the id of one of its actions. */
export type StepContent =
  | { readonly type: 'prose'; readonly nodes: readonly RootContent[]; readonly source: string }
  | { readonly type: 'action'; readonly action: string }
  /** A block that is shown and never run: `sh show`, a bare `yaml` block, any other language. */
  | { readonly type: 'code'; readonly language: string; readonly source: string };

/** A heading with at least one action under it. */
export interface Step {
  /** The slug of the heading, unique in the runbook; steps of an included file have its prefix. */
  readonly id: string;
  /** From 1, in document order. */
  readonly number: number;
  readonly title: string;
  /** Titles of the headings above it, outermost first, the document's own title left out. */
  readonly section: readonly string[];
  readonly depth: number;
  readonly place: Place;
  readonly content: readonly StepContent[];
  readonly actions: readonly Action[];
  /** The links under `If it fails`, and those that the runbook gives for every step. */
  readonly branches: readonly Branch[];
  readonly when: readonly Condition[];
  readonly estimateMs?: number;
}

/** One Markdown file as a program. */
export interface Runbook {
  /** The key in its bundle: a path relative to the bundle's root, with `/`. */
  readonly file: string;
  /** `handrail`: held to the format. `markdown`: anybody's file, opened leniently. */
  readonly format: 'handrail' | 'markdown';
  readonly title: string;
  readonly summary: readonly StepContent[];
  readonly parameters: readonly ParameterSpec[];
  /** Names that commands may read from the environment without their being parameters. */
  readonly environment: readonly string[];
  readonly requires: readonly Requirement[];
  readonly permissions: readonly PermissionRequirement[];
  /** Sentences shown in the briefing. */
  readonly risks: readonly string[];
  /** The runbook works on a cluster; a session without one is refused. */
  readonly needsCluster: boolean;
  readonly estimateMs?: number;
  readonly steps: readonly Step[];
  readonly frontMatter: Readonly<Record<string, unknown>>;
}

/** A runbook with an error does not start; a warning is only shown. */
export type Severity = 'error' | 'warning';

/** A mistake or a doubt, with all that a person needs to mend it. */
export interface Diagnostic {
  /** The rule's id, e.g. `unknown-action`: also the name of its page in `docs/rules`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly expected?: string;
  readonly suggestion?: string;
  readonly place: Place;
}

/** The files of a runbook, its includes and the runbooks it links to: what a session keeps a copy of. */
export interface RunbookBundle {
  /** The key of the file that is walked first. */
  readonly root: string;
  /** The text of every file, by key. */
  readonly sources: Readonly<Record<string, string>>;
  readonly runbooks: Readonly<Record<string, Runbook>>;
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-256 over keys and texts, hex: which version of the document a session was started with. */
  readonly hash: string;
}
