/** The fold over a restart's notes: how far each workload and each wave is. Pure, so that resuming is nothing but folding again. */
import { type RestartNote, restartNote } from './restart-notes.ts';

/** How far a workload is. Times are ms since the epoch. */
export type WorkloadState =
  | { readonly type: 'waiting' }
  | {
      readonly type: 'restarting';
      readonly stamp: string;
      readonly since: number;
      /** The workload's generation after the patch; undefined: whether the server has taken the patch is not known. */
      readonly generation: number | undefined;
    }
  /** `since` is when its restart began. */
  | { readonly type: 'done'; readonly since: number; readonly at: number }
  | { readonly type: 'failed'; readonly since: number; readonly at: number; readonly why: string }
  | { readonly type: 'skipped'; readonly why: string };

/** How far a wave's gate is. */
export interface WaveState {
  readonly checkedBefore: boolean;
  readonly soakFrom: number | undefined;
  readonly checkedAfter: boolean;
  readonly passed: boolean;
  readonly gateFailed: string | undefined;
}

export interface RestartState {
  /** The stamp of this attempt, or ''. */
  readonly stamp: string;
  /** By id; what is not in it waits. */
  readonly workloads: ReadonlyMap<string, WorkloadState>;
  readonly waves: ReadonlyMap<number, WaveState>;
  readonly held: boolean;
  /** The last wave that the operator wants; undefined: all. */
  readonly stopAfter: number | undefined;
}

const waiting: WorkloadState = { type: 'waiting' };
const untouched: WaveState = {
  checkedBefore: false,
  soakFrom: undefined,
  checkedAfter: false,
  passed: false,
  gateFailed: undefined,
};

export const stateOf = (state: RestartState, id: string): WorkloadState => state.workloads.get(id) ?? waiting;
export const waveState = (state: RestartState, wave: number): WaveState => state.waves.get(wave) ?? untouched;

/** Takes notes in, one after the other; `at` is when each was written, in ms since the epoch. */
export class RestartFold implements RestartState {
  stamp = '';
  readonly workloads = new Map<string, WorkloadState>();
  readonly waves = new Map<number, WaveState>();
  held = false;
  stopAfter: number | undefined = undefined;

  take(note: RestartNote, at: number): void {
    switch (note.type) {
      case 'begun':
        this.stamp = note.stamp;
        return;
      case 'restarting': {
        const before = stateOf(this, note.id);
        if (before.type === 'restarting' && before.stamp === note.stamp) return;
        this.workloads.set(note.id, {
          type: 'restarting',
          stamp: note.stamp,
          since: at,
          generation: undefined,
        });
        return;
      }
      case 'patched': {
        const before = stateOf(this, note.id);
        if (before.type !== 'restarting') return;
        this.workloads.set(note.id, { ...before, generation: note.generation });
        return;
      }
      case 'done':
        this.workloads.set(note.id, { type: 'done', since: this.#since(note.id, at), at });
        return;
      case 'failed':
        this.workloads.set(note.id, {
          type: 'failed',
          since: this.#since(note.id, at),
          at,
          why: note.why,
        });
        return;
      case 'skipped':
        this.workloads.set(note.id, { type: 'skipped', why: note.why });
        return;
      case 'held':
        this.held = true;
        return;
      case 'released':
        this.held = false;
        this.stopAfter = undefined;
        return;
      case 'stop-after':
        this.stopAfter = note.wave;
        return;
      case 'gate-passed':
        this.#wave(note.wave, note.when === 'before' ? { checkedBefore: true } : { checkedAfter: true });
        return;
      case 'gate-failed':
        this.#wave(note.wave, { gateFailed: note.why });
        return;
      case 'soaking':
        this.#wave(note.wave, { soakFrom: at });
        return;
      case 'wave-passed':
        this.#wave(note.wave, { passed: true });
        return;
    }
  }

  #wave(wave: number, change: Partial<WaveState>): void {
    this.waves.set(wave, { ...waveState(this, wave), ...change });
  }

  #since(id: string, at: number): number {
    const before = stateOf(this, id);
    return 'since' in before ? before.since : at;
  }
}

/** All notes in order; lines that are no note of a restart are passed over. `time` is RFC 3339, as the journal has it. */
export function foldNotes(notes: readonly { readonly time: string; readonly data?: unknown }[]): RestartFold {
  const fold = new RestartFold();
  for (const { time, data } of notes) {
    const note = restartNote(data);
    if (note) fold.take(note, Date.parse(time));
  }
  return fold;
}
