/**
 * Looks at the cluster again and again while an action is under way: for what was not there when it began, and for what was and
 * keeps the upgrade, or now something else, from going on.
 */
import type { PlacedFinding } from '../diagnosis/finding.ts';
import type { Desk } from './desk.ts';
import { canDiagnose, lookForFindings, recordDiagnosis } from './diagnosis-look.ts';
import type { ActionRef } from './event.ts';
import { pause } from './kind.ts';
import { actionIn } from './session.ts';

/** Between the end of a look and the next. */
const everyMs = 15_000;
/** On a large cluster, where a look takes long, not more than a twentieth of the time is spent on looking. */
const share = 20;

/** Belongs to one action at work. A look that fails, or takes long, does nothing. */
export class Lookout {
  readonly #desk: Desk;
  readonly #at: ActionRef;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #asked = false;

  constructor(desk: Desk, at: ActionRef) {
    this.#desk = desk;
    this.#at = at;
    this.#signal = AbortSignal.any([this.#stop.signal, desk.leaving]);
  }

  /** Begins to look by itself. */
  start(): void {
    if (canDiagnose(this.#desk)) void this.#watch();
  }

  stop(): void {
    this.#stop.abort();
    if (this.#asked) this.#desk.quiet('diagnosing');
  }

  /** Looks once for the operator, who is told all of it. Gives why not, in a sentence, where it cannot. */
  look(): string | undefined {
    if (!canDiagnose(this.#desk)) return 'There is no cluster here to look at.';
    if (this.#asked) return undefined;
    void this.#lookNow();
    return undefined;
  }

  async #lookNow(): Promise<void> {
    const desk = this.#desk;
    this.#asked = true;
    desk.live({ diagnosing: { at: this.#at, startedAt: desk.options.ports.clock.now() } });
    const look = await lookForFindings(desk, this.#at, { detail: '', signal: this.#signal });
    if (look.type === 'seen') await recordDiagnosis(desk, this.#at, 'asked', look.record, this.#signal);
    if (this.#signal.aborted) return;
    if (look.type === 'failed') desk.live({ notice: `The cluster could not be looked at: ${look.why}` });
    this.#asked = false;
    desk.quiet('diagnosing');
  }

  async #watch(): Promise<void> {
    const desk = this.#desk;
    const { clock } = desk.options.ports;
    // What an earlier program has announced was not there when the action began.
    let told = announced(desk, this.#at);
    let baseline: ReadonlySet<string> | undefined;
    while (!this.#signal.aborted) {
      const began = clock.now();
      const look = await lookForFindings(desk, this.#at, { detail: '', signal: this.#signal });
      if (look.type === 'seen') {
        const { record } = look;
        const before: ReadonlySet<string> =
          baseline ??
          new Set(record.findings.map(({ fingerprint }) => fingerprint).filter((each) => !told.has(each)));
        baseline = before;
        const holding = new Set(record.findings.filter(grave).map(({ symptomOf }) => symptomOf));
        const fresh = record.findings.filter(
          (each) =>
            each.symptomOf === undefined &&
            grave(each) &&
            (each.severity === 'blocker' ||
              !before.has(each.fingerprint) ||
              told.has(each.fingerprint) ||
              holding.has(each.code)),
        );
        if (!sameAs(told, fresh)) {
          told = new Set(fresh.map(({ fingerprint }) => fingerprint));
          await recordDiagnosis(
            desk,
            this.#at,
            'watch',
            { ...record, findings: fresh, more: 0 },
            this.#signal,
          );
        }
      }
      // Its own measure: the first look also loads what it is made with.
      const took = look.type === 'seen' ? look.record.tookMs : clock.now() - began;
      await pause(clock, Math.max(everyMs, share * took), this.#signal);
    }
  }
}

/** What an operator who watches has to know at once: something does not work, and it is known to be so. */
function grave({ severity, certainty }: Pick<PlacedFinding, 'severity' | 'certainty'>): boolean {
  return (severity === 'blocker' || severity === 'error') && certainty !== 'undetermined';
}

function announced(desk: Desk, at: ActionRef): ReadonlySet<string> {
  const before = actionIn(desk.session, at)?.diagnosed;
  return new Set(
    before?.occasion === 'watch' ? before.diagnosis.findings.map(({ fingerprint }) => fingerprint) : [],
  );
}

function sameAs(told: ReadonlySet<string>, fresh: readonly PlacedFinding[]): boolean {
  return told.size === fresh.length && fresh.every(({ fingerprint }) => told.has(fingerprint));
}
