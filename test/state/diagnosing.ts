/** Diagnoses made by the test: a port that answers when it is told, and small findings. */
import type { PlacedFinding } from '../../src/diagnosis/finding.ts';
import type { DiagnosisRecord } from '../../src/diagnosis/record.ts';
import type { RunbookBundle } from '../../src/runbook/model.ts';
import type { Diagnose } from '../../src/state/options.ts';
import type { Trial } from './build.ts';
import { settle } from './fakes.ts';

export function finding(code: string, more: Partial<PlacedFinding> = {}): PlacedFinding {
  return {
    code,
    severity: 'error',
    certainty: 'confirmed',
    layer: 'control-plane',
    title: `This is ${code}`,
    explanation: 'It matters.',
    subjects: [{ kind: 'Deployment', namespace: 'linkerd', name: 'linkerd-destination' }],
    subjectCount: 1,
    evidence: [{ kind: 'field', ref: 'Deployment linkerd/linkerd-destination', path: 'spec', value: '1' }],
    causes: [],
    remedy: { text: 'Mend it.', risk: 'change', verify: 'Look.' },
    fingerprint: code.padEnd(16, '0').slice(0, 16),
    ...more,
  };
}

export function diagnosis(...findings: readonly PlacedFinding[]): DiagnosisRecord {
  return { findings, more: 0, suppressed: 0, notChecked: [], checked: 40, tookMs: 300 };
}

/** Marks a runbook as a pitfall that these findings point at. */
export function withPitfalls(
  bundle: RunbookBundle,
  findings: Readonly<Record<string, readonly string[]>>,
): RunbookBundle {
  const runbooks = Object.fromEntries(
    Object.entries(bundle.runbooks).map(([file, runbook]) => [
      file,
      file in findings ? { ...runbook, frontMatter: { findings: findings[file] } } : runbook,
    ]),
  );
  return { ...bundle, runbooks };
}

type Request = Parameters<Diagnose>[0];

/** Answers one look after the other, each when the test says so; or at once, with what `atOnce` gives. */
export class FakeDiagnosis {
  readonly asked: Request[] = [];
  atOnce: (() => DiagnosisRecord) | undefined;
  #open: { resolve: (record: DiagnosisRecord) => void; reject: (error: Error) => void }[] = [];

  readonly diagnose: Diagnose = (request) => {
    this.asked.push(request);
    if (this.atOnce) return Promise.resolve(this.atOnce());
    return new Promise((resolve, reject) => this.#open.push({ resolve, reject }));
  };

  /** The oldest look that is open comes to this. */
  async find(...findings: readonly PlacedFinding[]): Promise<void> {
    await this.give(diagnosis(...findings));
  }

  async give(record: DiagnosisRecord): Promise<void> {
    this.#open.shift()!.resolve(record);
    await settle();
  }

  async fail(error: Error): Promise<void> {
    this.#open.shift()!.reject(error);
    await settle();
  }

  get last(): Request {
    return this.asked.at(-1)!;
  }
}

/** Every diagnosis in the journal: why it was made, and what it found. */
export function diagnosed(t: Pick<Trial, 'journal'>): [string, string[]][] {
  return t.journal.entries.flatMap(({ event }) =>
    event.type === 'diagnosed' ? [[event.occasion, event.diagnosis.findings.map(({ code }) => code)]] : [],
  );
}
