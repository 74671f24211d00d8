/** What touches a cluster as a whole: a finding of the diagnosis, the version of Kubernetes, an extension. */
import { entry } from '../../rollout/json.ts';
import { inRange } from '../../runbook/versions.ts';
import { nameOf } from '../finding.ts';
import { fieldOf, subjectOf } from '../meshed-pods.ts';
import { shown } from './judge.ts';
import { type Looked, type Probed, unseenOf, untouched } from './probed.ts';

/** The objects of all findings of a code that are more than a suspicion, each with its own evidence, or that of its namespace. */
export function probeFinding(code: string, { diagnosis }: Looked): Probed {
  const { findings, notChecked } = diagnosis ?? { findings: [], notChecked: [] };
  const touched = findings
    .filter((finding) => finding.code === code && finding.certainty !== 'undetermined')
    .flatMap(({ subjects, evidence }) =>
      subjects.map((subject) => ({
        subject,
        evidence:
          evidence.find(({ ref }) => ref === nameOf(subject)) ??
          evidence.find(({ ref }) => ref.includes(` ${subject.namespace}/`)) ??
          evidence[0]!,
      })),
    );
  const unseen = notChecked
    .filter(({ codes }) => codes.includes(code))
    .map(({ part, why, message }) => ({ part, why, message }));
  return { touched, unseen };
}

/** Whether the API server's version is in a range. */
export function probeKubernetes(range: string, { view }: Looked): Probed {
  const version = view.fact('serverVersion');
  if (version === undefined) return { touched: [], unseen: unseenOf(view, ['serverVersion']) };
  if (!inRange(version, range)) return untouched;
  const subject = { kind: 'Kubernetes', name: shown(version) };
  return {
    touched: [
      { subject, evidence: { kind: 'field', ref: 'API server', path: 'gitVersion', value: shown(version) } },
    ],
    unseen: [],
  };
}

const EXTENSION = 'linkerd.io/extension';

/** The namespaces of an extension: by its label, and by the name that it has unless told otherwise. */
export function probeExtension(name: string, { view }: Looked): Probed {
  const unseen = unseenOf(view, ['namespaces']);
  const touched = view
    .objects('namespaces')
    .filter(
      ({ metadata }) => entry(metadata.labels, EXTENSION) === name || metadata.name === `linkerd-${name}`,
    )
    .map((object) => ({
      subject: subjectOf(object),
      evidence:
        entry(object.metadata.labels, EXTENSION) === name
          ? fieldOf(object, `metadata.labels["${EXTENSION}"]`, name)
          : { kind: 'field' as const, ref: `Namespace ${object.metadata.name}`, value: 'is there' },
    }));
  return { touched, unseen };
}
