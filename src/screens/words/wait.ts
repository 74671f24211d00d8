/** What is to be known of a wait: from the runbook and the journal alone, so that a follower sees it too. Pure. */
import type { ActionRef } from '../../state/event.ts';
import type { WalkState } from '../../state/walk.ts';
import type { WaitSpec } from '../../steps/wait/schema.ts';
import { actionAt, actionState } from './place.ts';

/** The wait that an action is; undefined for any other action. */
export function waitAt(walk: WalkState, at: ActionRef | undefined): WaitSpec | undefined {
  const action = at && actionAt(walk, at);
  // The parser made the spec with the schema of this kind.
  return action?.kind === 'wait' && 'spec' in action ? (action.spec as WaitSpec) : undefined;
}

/** How often the command of a wait has run, in the attempt that counts. */
export function probesOf(walk: WalkState, at: ActionRef): number {
  const state = actionState(walk, at);
  const runs = state?.runs.slice(state.attemptFrom) ?? [];
  return runs.filter((run) => walk.session.runs[run]?.ending !== undefined).length;
}

/** The wait that goes on now: as the program that drives it says, or else by the journal. */
export function soakNow(walk: WalkState, at: ActionRef | undefined): WalkState['live']['soak'] {
  if (walk.live.soak) return walk.live.soak;
  const spec = waitAt(walk, at);
  const state = at && actionState(walk, at);
  if (!walk.readOnly || !spec || !at || state?.startedAt === undefined || state.ended) return undefined;
  const endsAt = Date.parse(state.startedAt) + spec.for;
  if (spec.command === undefined) return { endsAt, probe: 'none', probes: 0 };
  const probes = probesOf(walk, at);
  const newest = walk.session.runs[state.runs.at(-1) ?? '']?.ending;
  const passed = newest?.type === 'exited' && newest.ok;
  return {
    endsAt,
    probes,
    probe: walk.live.running ? 'running' : passed || probes === 0 ? 'passing' : 'failing',
  };
}
