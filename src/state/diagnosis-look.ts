/** One look at the cluster for what is wrong, with what the walk knows of the action that it is about. */
import type { DiagnosisRecord } from '../diagnosis/record.ts';
import type { WalkEvidence } from '../diagnosis/snapshot.ts';
import type { Desk } from './desk.ts';
import type { ActionRef, DiagnosisOccasion } from './event.ts';
import { redactDiagnosis } from './redact-diagnosis.ts';
import { actionIn } from './session.ts';

/** What a look came to. It never rejects: a look that goes wrong is no reason to stop a walk. */
type Look =
  | { readonly type: 'seen'; readonly record: DiagnosisRecord }
  | { readonly type: 'given-up' }
  | { readonly type: 'failed'; readonly why: string };

/** The most lines of output that a diagnosis is given. */
const outputLines = 40;

/** Whether there is anything to look with, and anybody to look for: a verb of one look gives its verdict and no more. */
export function canDiagnose({ options }: Desk): boolean {
  const { ports, kubeconfigFile, policy } = options;
  return ports.diagnose !== undefined && kubeconfigFile !== undefined && !policy?.endOnFailure;
}

/** Looks once. Once `signal` is aborted nothing is waited for. `detail`: how the action failed. */
export async function lookForFindings(
  desk: Desk,
  at: ActionRef,
  { detail, run, signal }: { readonly detail: string; readonly run?: string; readonly signal: AbortSignal },
): Promise<Look> {
  if (signal.aborted) return { type: 'given-up' };
  const look = async (): Promise<Look> => {
    const { diagnose } = desk.options.ports;
    const api = desk.api();
    if (!diagnose || !api) return { type: 'given-up' };
    const walk = await evidenceOf(desk, at, detail, run);
    const { cluster } = desk.session;
    const record = await diagnose({ api, cluster, walk, env: desk.env(), signal });
    return { type: 'seen', record: redactDiagnosis(record, (text) => desk.redact(text)) };
  };
  let giveUp = () => {};
  const given = new Promise<Look>((resolve) => {
    giveUp = () => resolve({ type: 'given-up' });
    signal.addEventListener('abort', giveUp, { once: true });
  });
  const seen = look().catch((error: unknown): Look => {
    const why = error instanceof Error ? error.message : String(error);
    return { type: 'failed', why: desk.redact(why) };
  });
  return Promise.race([given, seen]).finally(() => signal.removeEventListener('abort', giveUp));
}

/** Puts a diagnosis on disk, unless it was given up meanwhile or the walk is over. */
export async function recordDiagnosis(
  desk: Desk,
  { frame, step, action }: ActionRef,
  occasion: DiagnosisOccasion,
  diagnosis: DiagnosisRecord,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || desk.end) return;
  const event = { type: 'diagnosed', frame, step, action, occasion, diagnosis } as const;
  // It rejects where the walk is over, which whatever drives the walk has been told.
  await desk.record(event).catch(() => undefined);
}

async function evidenceOf(
  desk: Desk,
  at: ActionRef,
  detail: string,
  run: string | undefined,
): Promise<WalkEvidence> {
  const { session, options } = desk;
  const { TO: target, FROM: from } = Object.fromEntries(
    Object.entries(session.parameters).map(([name, { value }]) => [name, value]),
  );
  const file = session.stack.find(({ id }) => id === at.frame)?.file ?? '';
  const step = options.bundle.runbooks[file]?.steps.find(({ id }) => id === at.step);
  const action = step?.actions.find(({ id }) => id === at.action);
  return {
    ...(target ? { target } : {}),
    ...(from ? { from } : {}),
    ...(step && action
      ? { step: { title: step.title, kind: action.kind, detail, output: await outputOf(desk, at, run) } }
      : {}),
  };
}

/** What a command printed last, or what an action of another kind wrote down. */
async function outputOf(desk: Desk, at: ActionRef, run: string | undefined): Promise<readonly string[]> {
  const notes = actionIn(desk.session, at)?.notes ?? [];
  if (notes.length > 0) return notes.flatMap(({ text }) => text.split('\n')).slice(-outputLines);
  if (run === undefined) return [];
  const { lines, withheld } = await desk.output.tail(run, outputLines);
  return withheld ? [] : lines.slice(-outputLines);
}
