/** Whose an object is: what Helm writes on all that it installs, and what the linkerd CLI writes on what it renders. */
import { entry, text } from '../../rollout/json.ts';
import type { Evidence, Subject } from '../finding.ts';
import { fieldOf } from '../meshed-pods.ts';
import type { SnapshotObject } from '../snapshot.ts';

export const RELEASE_NAME = 'meta.helm.sh/release-name';
export const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';
export const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** The release that an object says it belongs to, as far as it says so. */
export const ownerOf = ({ metadata }: SnapshotObject) => ({
  release: entry(metadata.annotations, RELEASE_NAME),
  namespace: entry(metadata.annotations, RELEASE_NAMESPACE),
  labelled: entry(metadata.labels, MANAGED_BY) === 'Helm',
});

const CREATED_BY = 'linkerd.io/created-by';

/** The version of the linkerd CLI that rendered an object last, or undefined where something else did. */
export const cliOf = ({ metadata }: SnapshotObject): string | undefined =>
  /^linkerd\/cli (\S+)/.exec(entry(metadata.annotations, CREATED_BY))?.[1];

/** An object that a release would have to own. `namespace` is '' for what has none. */
export interface Claim {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export const claimed = ({ kind, metadata }: SnapshotObject): Claim => ({
  kind: text(kind),
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

export const subjectOf = ({ kind, namespace, name }: Claim): Subject => ({
  kind,
  name,
  ...(namespace === '' ? {} : { namespace }),
});

/** What an object says of its owner. */
export function ownerEvidence(object: SnapshotObject): readonly Evidence[] {
  const { release, namespace, labelled } = ownerOf(object);
  const escaped = (key: string) => key.replaceAll('.', '\\.');
  const field = (path: string, value: string) => fieldOf(object, path, value === '' ? 'not set' : value);
  return [
    field(
      `metadata.labels.${escaped(MANAGED_BY)}`,
      labelled ? 'Helm' : entry(object.metadata.labels, MANAGED_BY),
    ),
    field(
      `metadata.annotations.${escaped(RELEASE_NAME)}`,
      release === '' || namespace === '' ? release : `${release} (in ${namespace})`,
    ),
    ...(cliOf(object) === undefined
      ? []
      : [
          field(
            `metadata.annotations.${escaped(CREATED_BY)}`,
            entry(object.metadata.annotations, CREATED_BY),
          ),
        ]),
  ];
}
