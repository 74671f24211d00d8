/** Carries a plan out: asks what is next, does it, writes it down, and asks again. */
import type { ClusterApi } from '../../cluster/api.ts';
import { type Deed, type Eyes, nextDeed, type Rules } from '../../data-plane/restart-next.ts';
import type { RestartPlan } from '../../data-plane/restart-plan.ts';
import { foldNotes, type RestartFold, stateOf, waveState } from '../../data-plane/restart-state.ts';
import { relapse, verdictOn } from '../../data-plane/restart-verdict.ts';
import { wavesOf } from '../../data-plane/waves.ts';
import type { PerformContext, Performed, Steer } from '../../state/kind.ts';
import { Bell } from './bell.ts';
import { endDetail } from './end-detail.ts';
import { LastLook } from './last-look.ts';
import { gateLine, ordinal, patchedLine, type RecordLine, restartingLine, settledLine } from './lines.ts';
import { newStamp, patchWorkload } from './patch-workload.ts';
import { type Doing, type RestartProgress, seenOf } from './progress.ts';
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
  readonly #lastLook: LastLook;
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
    this.#lastLook = new LastLook(api, context.clock);
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
      if (deed.type !== 'settle' || deed.verdict.type !== 'failed') this.#lastLook.over();
      await this.#do(deed);
    }
  }

  async #do(deed: Exclude<Deed, { type: 'end' }>): Promise<void> {
    const { length } = this.#rules.waves;
    switch (deed.type) {
      case 'begin': {
        const stamp = newStamp(this.#context.clock.now(), []);
        return this.#write({
          text: `The restart begins; its stamp is ${stamp}.`,
          note: { type: 'begun', stamp },
        });
      }
      case 'patch':
        return this.#patch(deed);
      case 'settle':
        return this.#settle(deed);
      case 'check':
        return this.#check(deed.wave, deed.when);
      case 'soak': {
        const { wave } = deed;
        return this.#write({
          text: `The soak of ${ordinal(wave, length)} begins.`,
          note: { type: 'soaking', wave },
        });
      }
      case 'pass': {
        const { wave } = deed;
        return this.#write({
          text: `End of ${ordinal(wave, length)}.`,
          note: { type: 'wave-passed', wave },
        });
      }
      case 'wait':
        this.#show({ type: 'waiting', for: deed.for, until: deed.until });
        return this.#rest(deed.until);
    }
  }

  async #settle(deed: Extract<Deed, { type: 'settle' }>): Promise<void> {
    if (deed.verdict.type === 'failed') {
      const looked = await this.#lastLook.at(deed.workload);
      if (looked.type === 'wait') {
        this.#show({ type: 'waiting', for: 'rollouts', until: looked.until });
        return this.#rest(looked.until);
      }
    }
    return this.#write(settledLine(deed));
  }

  async #patch({ workload, stamp, noted }: Extract<Deed, { type: 'patch' }>): Promise<void> {
    const { clock, signal } = this.#context;
    const { waves } = this.#rules;
    const { id } = workload;
    if (this.#again?.id === id && clock.now() < this.#again.at) {
      this.#show({ type: 'unheard', id, why: this.#again.why });
      return this.#rest(this.#again.at);
    }
    if (!noted) {
      const wave = waves.findIndex((one) => one.includes(workload));
      await this.#write(restartingLine(workload, stamp, ordinal(wave, waves.length)));
    }
    this.#show({ type: 'patching', id });
    const again = noted || workload.begun !== undefined;
    const patched = await patchWorkload(this.#api, workload, stamp, again);
    if (signal.aborted) return;
    this.#again =
      patched.type === 'unknown' ? { at: clock.now() + againMs, id, why: patched.why } : undefined;
    const line = patchedLine(workload, patched);
    if (line) await this.#write(line);
  }

  async #check(wave: number, when: 'before' | 'after'): Promise<void> {
    const { gate } = this.#spec;
    if (gate === undefined) return;
    this.#show({ type: 'checking', wave });
    const ending = await this.#context.probe(gate, gateTimeoutMs);
    // Paused or ended meanwhile: its end says nothing about the cluster, and it is run again.
    if (!this.#context.signal.aborted) await this.#write(gateLine(wave, when, ending));
  }

  /** Takes in what the operator has said since. */
  async #listen(): Promise<void> {
    for (let steer = this.#heard.shift(); steer; steer = this.#heard.shift()) {
      const heard = hear(steer, this.#rules.waves, this.#state, this.#context.clock.now());
      if (heard.type === 'note') await this.#write(heard);
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

  async #write({ text, note }: RecordLine): Promise<void> {
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
        const seen = eyes && seenOf(stateOf(this.#state, workload.id), eyes.sight(workload));
        return seen ? [[workload.id, seen]] : [];
      }),
    );
    const progress: RestartProgress = { doing, workloads, away: eyes?.away ?? this.#lastLook.away };
    this.#context.progress({ progress });
  }
}
