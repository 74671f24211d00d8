/** A Helm release whose last operation was begun and never ended: Helm refuses every further one. */
import type { Detector, Found } from '../detector.ts';
import type { Evidence } from '../finding.ts';
import type { View } from '../view.ts';
import { ownerOf } from './helm-owner.ts';
import { type HelmRevision, helmReleases } from './helm-releases.ts';
import { linesSaid, saidIn } from './said.ts';

/** A Helm operation that waits for a control plane takes minutes: whoever runs it may still be there. */
const YOUNG_MS = 10 * 60_000;

const refusal = /another operation \(install\/upgrade\/rollback\) is in progress/;

export const helmPendingDetector: Detector = {
  kinds: {
    'helm-release-pending': {
      severity: 'blocker',
      layer: 'tool',
      title: 'A Helm operation was begun and never ended',
    },
  },
  needs: ['secrets'],
  look(view) {
    return helmReleases(view).flatMap((revisions) => {
      const [newest] = revisions;
      if (!newest.status.startsWith('pending-') || !isLinkerds(view, newest)) return [];
      return [pending(view, revisions)];
    });
  },
};

/** By its name, by where it is, or because objects of the mesh say that they belong to it. */
function isLinkerds(view: View, { release, namespace }: HelmRevision): boolean {
  if (/linkerd/.test(release)) return true;
  if (view.controlPlanes.some((each) => each.namespace === namespace)) return true;
  return (['customResourceDefinitions', 'deployments'] as const).some((part) =>
    view.objects(part).some((object) => {
      const owner = ownerOf(object);
      return (
        owner.release === release &&
        owner.namespace === namespace &&
        Object.keys(object.metadata.labels ?? {}).some((label) => label.startsWith('linkerd.io/'))
      );
    }),
  );
}

function pending(view: View, revisions: readonly [HelmRevision, ...HelmRevision[]]): Found {
  const [newest] = revisions;
  const { release, namespace, revision, status, writtenAt, secret } = newest;
  const before =
    revisions.find((each) => each.status === 'deployed') ??
    revisions.find((each) => each.status === 'superseded');
  const age = writtenAt === undefined ? undefined : view.now - writtenAt;
  const said = linesSaid(view).find((line) => refusal.test(line));
  const old = age !== undefined && age >= YOUNG_MS;
  const minutes = age === undefined ? undefined : Math.max(0, Math.round(age / 60_000));
  const since = minutes === undefined ? 'for an unknown time' : `for ${minutes} min`;
  const evidence: Evidence[] = [
    {
      kind: 'field',
      ref: `Secret ${namespace}/${secret.metadata.name}`,
      path: 'metadata.labels.status',
      value: status,
      expected: 'deployed',
      ...(writtenAt === undefined ? {} : { at: new Date(writtenAt).toISOString() }),
    },
    ...(said === undefined ? [] : [saidIn(view, said)]),
  ];
  return {
    code: 'helm-release-pending',
    certainty: old ? 'confirmed' : said === undefined ? 'undetermined' : 'likely',
    title: `${release}: ${status} ${since} (revision ${revision}, in ${namespace})`,
    explanation:
      'Helm writes this before it begins and takes it back when it ends. As long as it stands there, Helm refuses to upgrade or roll back the release' +
      (old ? '.' : ': somebody may be running it right now, so ask before you touch it.'),
    subjects: [{ kind: 'Secret', namespace, name: secret.metadata.name }],
    evidence,
    causes: [
      'Helm was killed, or lost its connection, while it waited for the release to come up.',
      'Somebody, or a pipeline, is running it at this moment.',
    ],
    remedy: {
      text:
        before === undefined
          ? `No revision of ${release} was ever deployed. Delete Helm's note of revision ${revision}, and install again.`
          : `Roll ${release} back to revision ${before.revision}, the last that was deployed, and upgrade again.`,
      risk: 'change',
      verify: `helm status ${release} --namespace ${namespace}`,
      parameters: {
        RELEASE: release,
        RELEASE_NAMESPACE: namespace,
        PENDING_REVISION: String(revision),
        ...(before === undefined
          ? { WAY: 'forget' }
          : { WAY: 'rollback', LAST_DEPLOYED: String(before.revision) }),
      },
    },
  };
}
