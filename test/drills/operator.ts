/**
 * An operator who knows only the keys: reads on, says yes to changes, opens the first pitfall that a failure offers, walks it, comes
 * back, verifies or retries. Nothing is ever typed but what confirms an irreversible action.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionRef } from '../../src/state/event.ts';
import type { Intent, Question } from '../../src/state/question.ts';
import type { Walk, WalkEnd, WalkState } from '../../src/state/walk.ts';

type Failure = Extract<Question, { type: 'failure' }>;

/** The failure that was met, as the operator saw it. */
export interface Met {
  readonly at: ActionRef;
  readonly detail: string;
  /** The keys of the pitfalls that findings point at, the likeliest first. */
  readonly ranked: readonly string[];
  /** The codes that point at the first. */
  readonly codes: readonly string[];
}

export interface Driven {
  /** Before the fix, in the runbook that was begun with. */
  readonly met: readonly Met[];
  /** Everything that was asked and answered, for a person who looks why a test failed. */
  readonly log: readonly string[];
  /** How the walk ended, or that it was ended because it had gone far enough. */
  readonly end: WalkEnd['type'];
}

/** Walks until `enough` says so, or to the end. Throws, with the log, where somebody would have to type or to know something. */
export async function operate(
  walk: Walk,
  enough: (state: WalkState, first: Met) => boolean,
): Promise<Driven> {
  const met: Met[] = [];
  const log: string[] = [];
  const tried = new Set<string>();
  let last: Question | undefined;
  try {
    for (;;) {
      const next = await nextQuestion(walk, last);
      if (next === undefined) break;
      if (met[0] && enough(walk.store.getState(), met[0])) {
        walk.send({ type: 'stop' });
        break;
      }
      const state = walk.store.getState();
      const intent = answer(next, state, met, tried);
      log.push(`${place(state)}: ${told(next)} -> ${JSON.stringify(intent)}`);
      last = next;
      walk.send(intent);
    }
    const { type } = await walk.finished;
    return { met, log, end: type };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why}\n\n${await circumstances(walk)}\n${log.join('\n')}`);
  }
}

/** Nothing has changed for so long: a person has seen what is on screen. */
const quietMs = 30;

/** The next thing that is asked, with its diagnosis where it is a failure; undefined once the walk is over. */
async function nextQuestion(walk: Walk, last: Question | undefined): Promise<Question | undefined> {
  for (;;) {
    const { question, live } = walk.store.getState();
    if (live.over) return undefined;
    if (question !== undefined && question !== last && live.diagnosing === undefined) {
      // What was found comes with the question put anew, a moment after the look is over.
      if (question.type !== 'failure') return question;
      await sleep(quietMs);
      if (walk.store.getState().question === question) return question;
    } else await changed(walk);
  }
}

const changed = (walk: Walk): Promise<void> =>
  new Promise((resolve) => {
    const unsubscribe = walk.store.subscribe(() => {
      unsubscribe();
      resolve();
    });
  });

function answer(question: Question, state: WalkState, met: Met[], tried: Set<string>): Intent {
  const inBranch = state.session.stack.length > 1;
  switch (question.type) {
    case 'read':
    case 'continue':
    case 'branch-finished':
      return { type: 'continue' };
    case 'run':
      return { type: 'run', ...typed(question.mustType) };
    case 'confirm':
      return { type: 'confirm', ...typed(question.mustType) };
    case 'choose': {
      const value = question.default ?? question.options[0]?.value;
      if (value === undefined) throw new Error(`nothing can be chosen for "${question.message}"`);
      return { type: 'choose', value };
    }
    case 'parameter': {
      const { name, default: usual } = question.parameter;
      // What has a default takes Enter; anything else would have to be typed.
      if (usual === undefined) throw new Error(`${name} would have to be typed`);
      return { type: 'value', value: usual };
    }
    case 'failure':
      if (inBranch) throw new Error(`the fix fails: ${question.detail}`);
      return afterFailure(question, met, tried);
    case 'unknown-outcome':
    case 'wrong-cluster':
      throw new Error(`a walk that is not disturbed never asks this: ${question.type}`);
  }
}

/** Into the first pitfall; back from it, verify and then retry. A second failure elsewhere is one too many. */
function afterFailure(question: Failure, met: Met[], tried: Set<string>): Intent {
  const { at, branches, canVerify, detail, returnedFrom } = question;
  const action = `${at.step} ${at.action}`;
  if (met.length === 0) {
    const found = branches.filter((branch) => branch.found !== undefined);
    const ranked = found.map(({ href, file }) => file ?? href);
    met.push({ at, detail, ranked, codes: found[0]?.found?.codes ?? [] });
    const [first] = branches;
    if (first === undefined) throw new Error(`nothing is offered after "${detail}"`);
    return { type: 'branch', href: first.href };
  }
  const before = met[0]!.at;
  if (action !== `${before.step} ${before.action}`)
    throw new Error(`another step fails: ${action}: ${detail}`);
  const once = (word: 'verify' | 'retry') => !tried.has(word) && tried.add(word);
  if (returnedFrom !== undefined && canVerify && once('verify')) return { type: 'verify' };
  if (once('retry')) return { type: 'retry' };
  throw new Error(`it fails again after the fix: ${detail}`);
}

const typed = (mustType: string | undefined) => (mustType === undefined ? {} : { typed: mustType });

function place({ session }: WalkState): string {
  const frame = session.stack.at(-1);
  const step = Object.entries(frame?.steps ?? {}).find(([, { status }]) => status === 'current')?.[0];
  return `${frame?.file ?? '-'}#${step ?? '-'}`;
}

function told(question: Question): string {
  switch (question.type) {
    case 'run':
      return `run ${question.purpose} (${question.risk})`;
    case 'failure': {
      const list = question.branches.map(({ href, found }) => `${href}${found ? ` [${found.codes}]` : ''}`);
      return `failure "${question.detail}", offered: ${list.join(', ') || 'nothing'}`;
    }
    default:
      return question.type;
  }
}

/** The last output and the findings, for the message of a test. */
async function circumstances(walk: Walk): Promise<string> {
  const { session } = walk.store.getState();
  const run = Object.keys(session.runs).at(-1);
  const output = run === undefined ? [] : (await walk.output.tail(run, 30)).lines;
  const findings = session.diagnoses.at(-1)?.diagnosis.findings ?? [];
  const found = findings.map(({ code, title, severity, certainty, symptomOf }) =>
    [code, severity, certainty, title, symptomOf && `symptom of ${symptomOf}`].filter(Boolean).join(', '),
  );
  return [...output.map((line) => `  | ${line}`), 'found:', ...found.map((line) => `  ${line}`)].join('\n');
}
