/** Objects of one part of the snapshot that a change touches. */
import { entry } from '../../rollout/json.ts';
import type { Evidence } from '../finding.ts';
import { byWorkload, fieldOf, refOf, subjectOf } from '../meshed-pods.ts';
import type { Part, SnapshotObject } from '../snapshot.ts';
import { type Held, judgeOf, shown } from './judge.ts';
import { meshedIn } from './meshed.ts';
import type { ObjectsProbe, Touched } from './model.ts';
import { placesAt } from './path.ts';
import { readGlob } from './pattern.ts';
import { kindOf, type Looked, type Probed, unseenOf, untouched } from './probed.ts';

const CONTROL_PLANE = '$control-plane';

/** Every object that passes; with `missing`, that none does. */
export function probeObjects(probe: ObjectsProbe, looked: Looked): Probed {
  const { view } = looked;
  const unseen = unseenOf(view, partsOf(probe));
  if (unseen.length > 0) return { touched: [], unseen };
  const questions = probe.where.map(judgeOf);
  const passing = inScope(probe, looked).flatMap((object) => {
    const held = questions.map((ask) => ask(object));
    return held.every(({ holds }) => holds) ? [{ object, proof: proofOf(probe, object, held) }] : [];
  });
  if (probe.missing) {
    return passing.length > 0 ? untouched : { touched: [missing(probe)], unseen: [] };
  }
  if (probe.part !== 'pods') {
    return {
      touched: passing.map(({ object, proof }) => ({ subject: subjectOf(object), evidence: proof })),
      unseen: [],
    };
  }
  const proofs = new Map(passing.map(({ object, proof }) => [object, proof]));
  return {
    touched: byWorkload(passing.map(({ object }) => object)).map(({ subject, pods }) => ({
      subject,
      evidence: proofs.get(pods[0]!)!,
    })),
    unseen: [],
  };
}

/** The parts of the snapshot that the answer depends on. */
export function partsOf({ part, namespace, meshed }: ObjectsProbe): readonly Part[] {
  return [
    ...new Set<Part>([
      part,
      ...(meshed ? (['pods', 'namespaces'] as const) : []),
      ...(namespace === CONTROL_PLANE ? (['pods', 'configMaps'] as const) : []),
    ]),
  ];
}

/** By what they are called, where they are, and whether they have to do with the mesh. */
function inScope(probe: ObjectsProbe, { view, proxied }: Looked): readonly SnapshotObject[] {
  const { part, namespace, names, labels, meshed } = probe;
  const fits = names?.map(readGlob);
  const asked = namespace !== undefined || Object.keys(labels).length > 0;
  const pods = meshed ? proxied(asked) : [];
  const isMeshed = meshed && part !== 'pods' ? meshedIn(view, part, pods) : () => true;
  const all = meshed && part === 'pods' ? pods : view.objects(part);
  const where =
    namespace === CONTROL_PLANE ? view.controlPlanes.map((plane) => plane.namespace) : [namespace];
  return all.filter(
    (object) =>
      (namespace === undefined || where.includes(object.metadata.namespace ?? '')) &&
      (fits === undefined || fits.some((named) => named(object.metadata.name))) &&
      Object.entries(labels).every(([key, value]) => hasLabel(object, key, value)) &&
      isMeshed(object),
  );
}

const hasLabel = ({ metadata: { labels = {} } }: SnapshotObject, key: string, value: string): boolean =>
  Object.hasOwn(labels, key) && (value === '*' || entry(labels, key) === value);

/** What is to be shown, or the first value that a condition found, or what a condition found missing, or the name alone. */
function proofOf({ show, where }: ObjectsProbe, object: SnapshotObject, held: readonly Held[]): Evidence {
  const asked = show === undefined ? undefined : placesAt(object, show)[0];
  const found = asked ?? held.find(({ place }) => place !== undefined)?.place;
  if (found !== undefined) return fieldOf(object, found.path, shown(found.value));
  const absent = where[0]?.path.text;
  return absent === undefined
    ? { kind: 'field', ref: refOf(object), value: 'is there' }
    : fieldOf(object, absent, 'not set');
}

function missing({ part, namespace, names = [] }: ObjectsProbe): Touched {
  const what = names.join(', ');
  const kind = kindOf(part);
  const where = namespace === undefined || namespace === CONTROL_PLANE ? {} : { namespace };
  const subject = { kind, ...where, name: what };
  const ref = `${kind} ${where.namespace === undefined ? '' : `${where.namespace}/`}${what}`;
  return { subject, evidence: { kind: 'field', ref, value: 'not found' } };
}
