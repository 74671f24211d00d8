/** Carries a plan out: asks what is next, does it, writes it down, and asks again. */
import type { ClusterApi } from '../../cluster/api.ts';
import { beforeAll, type Deed, type Eyes, nextDeed, type Rules } from '../../data-plane/restart-next.ts';
import type { RestartNote } from '../../data-plane/restart-notes.ts';
import { type PlannedWorkload, type RestartPlan, workloadName } from '../../data-plane/restart-plan.ts';
import {
  foldNotes,
  type RestartFold,
  stateOf,
  type WorkloadState,
  waveState,
} from '../../data-plane/restart-state.ts';
import { newPods, reasonText, relapse, verdictOn } from '../../data-plane/restart-verdict.ts';
import { wavesOf } from '../../data-plane/waves.ts';
import type { PerformContext, Performed, Steer } from '../../state/kind.ts';
import { Bell } from './bell.ts';
import { endDetail } from './end-detail.ts';
import { newStamp, patchWorkload } from './patch-workload.ts';
import type { Doing, RestartProgress, WorkloadProgress } from './progress.ts';
import type { RestartSpec } from './schema.ts';
import { type WaveWatch, watchWave } from './watch-wave.ts';
import { hear } from './words.ts';

const gateTimeoutMs = 5 * 60_000;
/** Between two tries to tell the server something. */
const againMs = 2_000;
/** A change of the cluster wakes at once; this is for what only the clock brings. */
const lookEveryMs = 2_000;

/** Does what is left of the plan. Ends when all is done, when something failed, or when the operator says so. */
export async function performRestart(spec: RestartSpec, context: PerformContext): Promise<Performed> {
  const { api } = context;
  const plan = planOf(context);
  if (!api) return { ok: false, detail: 'This session has no cluster.' };
  if (!plan) return { ok: false, detail: 'There is no plan to go by: retry to make one.' };
  const restart = new Restart(spec, plan, context, api);
  try {
    return await restart.run();
  } finally {
    restart.close();
  }
}

function planOf({ plan }: PerformContext): RestartPlan | undefined {
  const found = plan?.plan as RestartPlan | undefined;
  if (!plan || found?.form !== 1) return undefined;
  return { ...found, workloads: found.workloads.filter(({ id }) => !plan.excluded.includes(id)) };
}

class Restart {
  readonly #context: PerformContext;
  readonly #api: ClusterApi;
  readonly #spec: RestartSpec;
  readonly #rules: Rules;
  readonly #state: RestartFold;
  readonly #bell = new Bell();
  readonly #heard: Steer[] = [];
  #watch: { readonly wave: number; readonly eyes: WaveWatch } | undefined;
  /** A patch that the server may not have heard of is sent again then. */
  #again: { readonly at: number; readonly id: string; readonly why: string } | undefined;

  constructor(spec: RestartSpec, plan: RestartPlan, context: PerformContext, api: ClusterApi) {
    this.#spec = spec;
    this.#context = context;
    this.#api = api;
    this.#rules = {
      waves: wavesOf(plan.workloads, plan.sizes),
      atOnce: plan.atOnce,
      gate: spec.gate !== undefined,
      soakMs: spec.soak,
    };
    this.#state = foldNotes(context.notes);
    context.onSteer((steer) => {
      this.#heard.push(steer);
      this.#bell.ring();
    });
  }

  close(): void {
    this.#watch?.eyes.close();
  }

  async run(): Promise<Performed> {
    const { clock, signal } = this.#context;
    for (;;) {
      await this.#listen();
      if (signal.aborted) return { ok: false, detail: 'Ended by the operator.' };
      this.#look();
      const deed = nextDeed(this.#rules, this.#state, this.#eyes(), clock.now());
      if (deed.type === 'end') {
        return { ok: deed.ok, detail: endDetail(deed.why, this.#rules.waves, this.#state) };
      }
      await this.#do(deed);
    }
  }

  async #do(deed: Exclude<Deed, { type: 'end' }>): Promise<void> {
    const { clock } = this.#context;
    const { waves } = this.#rules;
    const ordinal = (wave: number) => `wave ${wave + 1} of ${waves.length}`;
    switch (deed.type) {
      case 'begin': {
        const stamp = newStamp(clock.now(), []);
        return this.#note(`The restart begins; its stamp is ${stamp}.`, { type: 'begun', stamp });
      }
      case 'patch':
        return this.#patch(deed);
      case 'settle': {
        const { workload, verdict } = deed;
        const { id } = workload;
        const name = workloadName(workload);
        switch (verdict.type) {
          case 'done':
            return this.#note(`${name}: ${verdict.detail}.`, { type: 'done', id });
          case 'failed':
            return this.#note(`${name} has failed. ${verdict.why}`, { type: 'failed', id, why: verdict.why });
          case 'gone':
            return this.#note(`${name} is skipped. ${verdict.why}`, {
              type: 'skipped',
              id,
              why: verdict.why,
            });
        }
        return;
      }
      case 'check':
        return this.#check(deed.wave, deed.when);
      case 'soak':
        return this.#note(`Soak of ${ordinal(deed.wave)} begins.`, { type: 'soaking', wave: deed.wave });
      case 'pass':
        return this.#note(`${sentence(ordinal(deed.wave))} is over.`, {
          type: 'wave-passed',
          wave: deed.wave,
        });
      case 'wait':
        this.#show({ type: 'waiting', for: deed.for, until: deed.until });
        return this.#rest(deed.until);
    }
  }

  async #patch({ workload, stamp, noted }: Extract<Deed, { type: 'patch' }>): Promise<void> {
    const { clock } = this.#context;
    const { id } = workload;
    const name = workloadName(workload);
    if (this.#again?.id === id && clock.now() < this.#again.at) {
      this.#show({ type: 'unheard', id, why: this.#again.why });
      return this.#rest(this.#again.at);
    }
    if (!noted) {
      const wave = this.#rules.waves.findIndex((one) => one.includes(workload));
      await this.#note(`Restarting ${name}, wave ${wave + 1} of ${this.#rules.waves.length}.`, {
        type: 'restarting',
        id,
        stamp,
      });
    }
    this.#show({ type: 'patching', id });
    const patched = await patchWorkload(this.#api, workload, stamp, noted);
    if (this.#context.signal.aborted) return;
    this.#again = undefined;
    switch (patched.type) {
      case 'taken': {
        const how = patched.foreign ? 'was restarted by somebody else meanwhile' : 'was told to restart';
        const { generation } = patched;
        return this.#note(`${name} ${how}, generation ${generation}.`, { type: 'patched', id, generation });
      }
      case 'gone':
        return this.#note(`${name} is skipped. ${patched.why}`, { type: 'skipped', id, why: patched.why });
      case 'refused':
        return this.#note(`${name} was not restarted. ${patched.why}`, {
          type: 'failed',
          id,
          why: patched.why,
        });
      case 'unknown':
        this.#again = { at: clock.now() + againMs, id, why: patched.why };
    }
  }

  async #check(wave: number, when: 'before' | 'after'): Promise<void> {
    const { gate } = this.#spec;
    if (gate === undefined) return;
    this.#show({ type: 'checking', wave });
    const ending = await this.#context.probe(gate, gateTimeoutMs);
    // Paused or ended meanwhile: its end says nothing about the cluster, and it is run again.
    if (this.#context.signal.aborted) return;
    const place = wave === beforeAll ? 'before the first wave' : `of wave ${wave + 1}`;
    if (ending.type === 'exited' && ending.ok) {
      return this.#note(`The gate ${place} has passed.`, { type: 'gate-passed', wave, when });
    }
    const why = ending.type === 'exited' ? `ended with exit code ${ending.code}` : 'did not come to its end';
    return this.#note(`The gate ${place} ${why}.`, { type: 'gate-failed', wave, why });
  }

  /** Takes in what the operator has said since. */
  async #listen(): Promise<void> {
    for (let steer = this.#heard.shift(); steer; steer = this.#heard.shift()) {
      const heard = hear(steer, this.#rules.waves, this.#state, this.#context.clock.now());
      if (heard.type === 'note') await this.#note(heard.text, heard.note);
      else this.#context.progress({ notice: heard.why });
    }
  }

  /** Looks at the wave that is under way, and at no other. */
  #look(): void {
    const { waves } = this.#rules;
    const wave = waves.findIndex((_, index) => !waveState(this.#state, index).passed);
    const touched = waves[wave]?.some(({ id }) => stateOf(this.#state, id).type !== 'waiting') ?? false;
    if (this.#watch?.wave === wave || (!touched && !this.#watch)) return;
    this.#watch?.eyes.close();
    this.#watch = undefined;
    if (!touched) return;
    const eyes = watchWave(this.#api, waves[wave] ?? [], this.#context.clock, () => this.#bell.ring());
    this.#watch = { wave, eyes };
  }

  #eyes(): Eyes {
    const { clock } = this.#context;
    const patience = { timeoutMs: this.#spec.timeout, doomedMs: this.#spec.patience };
    return {
      verdict: (workload) => {
        const eyes = this.#watch?.eyes;
        if (!eyes) return { type: 'waiting', stuck: false };
        return verdictOn(
          workload,
          stateOf(this.#state, workload.id),
          eyes.sight(workload),
          patience,
          clock.now(),
        );
      },
      relapse: (workload) => this.#watch && relapse(workload, this.#watch.eyes.sight(workload)),
    };
  }

  async #note(text: string, note: RestartNote): Promise<void> {
    await this.#context.note(text, note);
    this.#state.take(note, this.#context.clock.now());
  }

  #rest(until: number | undefined): Promise<void> {
    const { clock, signal } = this.#context;
    const soon = clock.now() + lookEveryMs;
    return this.#bell.wait(clock, Math.min(until ?? soon, soon), signal);
  }

  #show(doing: Doing): void {
    const eyes = this.#watch?.eyes;
    const watched = this.#watch ? (this.#rules.waves[this.#watch.wave] ?? []) : [];
    const workloads = Object.fromEntries(
      watched.flatMap((workload) => {
        const seen = eyes && progressOf(workload, stateOf(this.#state, workload.id), eyes);
        return seen ? [[workload.id, seen]] : [];
      }),
    );
    const progress: RestartProgress = { doing, workloads, away: eyes?.away };
    this.#context.progress({ progress });
  }
}

function progressOf(
  workload: PlannedWorkload,
  state: WorkloadState,
  eyes: WaveWatch,
): WorkloadProgress | undefined {
  const { rollout } = eyes.sight(workload);
  if (!rollout) return undefined;
  const { desired } = rollout.progress;
  const before =
    state.type === 'restarting' && rollout.generation < (state.generation ?? Number.POSITIVE_INFINITY);
  // What is seen is still from before our change: it says nothing of the new pods.
  if (before || rollout.phase === 'NOT_OBSERVED') {
    return { phase: 'NOT_OBSERVED', desired, ready: 0, reason: '', code: undefined, stuck: false };
  }
  const [reason] = rollout.reasons;
  return {
    phase: rollout.phase,
    desired,
    // Pods, revisions and workloads are three streams: the one that is behind decides.
    ready: Math.min(
      rollout.progress.updated,
      newPods(rollout).filter(({ state: of }) => of === 'ready').length,
    ),
    reason: reason ? reasonText(reason) : '',
    code: reason?.code,
    stuck: rollout.phase === 'STUCK',
  };
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
