import { describe, expect, test } from 'vitest';
import { crdOwnerDetector } from '../../../src/diagnosis/detectors/crd-owner.ts';
import { helmOwnershipDetector } from '../../../src/diagnosis/detectors/helm-ownership.ts';
import { helmPendingDetector } from '../../../src/diagnosis/detectors/helm-pending.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf, takenAt } from '../../helpers/snapshot.ts';

const now = Date.parse(takenAt);
const minutesAgo = (minutes: number) => String(Math.floor(now / 1000) - minutes * 60);

const revision = (
  name: string,
  version: number,
  status: string,
  labels: Record<string, string> = {},
  namespace = 'linkerd',
): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: `sh.helm.release.v1.${name}.v${version}`,
    namespace,
    labels: { owner: 'helm', name, status, version: String(version), ...labels },
  },
});

const saying = (...output: string[]): Pick<Snapshot, 'walk'> => ({
  walk: { step: { title: 'Upgrade the control plane', kind: 'shell', detail: 'exit 1', output } },
});

const owned = (release: string, extra: Record<string, string> = {}) => ({
  labels: { 'linkerd.io/control-plane-ns': 'linkerd', 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: {
    'meta.helm.sh/release-name': release,
    'meta.helm.sh/release-namespace': 'linkerd',
    ...extra,
  },
});

const crd = (name: string, metadata: Partial<SnapshotObject['metadata']> = {}): SnapshotObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name, labels: { 'linkerd.io/control-plane-ns': 'linkerd' }, ...metadata },
});

describe('a Helm release that is pending', () => {
  const deployed = revision('linkerd-control-plane', 1, 'deployed', { modifiedAt: minutesAgo(9000) });
  const look = (snapshot: Snapshot) => diagnose(snapshot, [helmPendingDetector]);

  test('for hours was interrupted: it is rolled back to the last revision that was deployed', () => {
    const pending = revision('linkerd-control-plane', 2, 'pending-upgrade', { createdAt: minutesAgo(90) });
    const { findings } = look(snapshotOf([deployed, pending]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'helm-release-pending',
      severity: 'blocker',
      certainty: 'confirmed',
      title: 'linkerd-control-plane: pending-upgrade for 90 min (revision 2, in linkerd)',
      remedy: {
        parameters: {
          RELEASE: 'linkerd-control-plane',
          RELEASE_NAMESPACE: 'linkerd',
          WAY: 'rollback',
          LAST_DEPLOYED: '1',
          PENDING_REVISION: '2',
        },
      },
    });
  });

  test('for a minute may be run by somebody; it is likely over once Helm has refused because of it', () => {
    const pending = revision('linkerd-control-plane', 2, 'pending-upgrade', { createdAt: minutesAgo(1) });
    expect(look(snapshotOf([deployed, pending])).findings[0]).toMatchObject({ certainty: 'undetermined' });
    const refused = 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress';
    expect(look(snapshotOf([deployed, pending], saying(refused))).findings[0]).toMatchObject({
      certainty: 'likely',
      evidence: [{ value: 'pending-upgrade' }, { kind: 'output', value: refused }],
    });
  });

  test('since nobody knows when is undetermined', () => {
    const pending = revision('linkerd-crds', 3, 'pending-rollback', {});
    expect(look(snapshotOf([pending])).findings[0]).toMatchObject({ certainty: 'undetermined' });
  });

  test('and was never deployed has nothing to go back to', () => {
    const pending = revision(
      'linkerd-viz',
      1,
      'pending-install',
      { createdAt: minutesAgo(60) },
      'linkerd-viz',
    );
    expect(look(snapshotOf([pending])).findings[0]?.remedy.parameters).toMatchObject({ WAY: 'forget' });
  });

  test('is none where a later revision ended, or where it is not of the mesh', () => {
    const pending = revision('linkerd-control-plane', 2, 'pending-upgrade', { createdAt: minutesAgo(90) });
    const later = revision('linkerd-control-plane', 3, 'deployed', { createdAt: minutesAgo(80) });
    const other = revision('shop', 2, 'pending-upgrade', { createdAt: minutesAgo(90) }, 'shop');
    expect(look(snapshotOf([deployed, pending, later, other])).findings).toEqual([]);
  });

  test('cannot be seen without Secrets', () => {
    const { findings, notChecked } = look(snapshotOf([], { objects: { secrets: denied() } }));
    expect(findings).toEqual([]);
    expect(notChecked).toMatchObject([{ part: 'secrets', codes: ['helm-release-pending'] }]);
  });
});

describe('what Helm does not accept as its own', () => {
  const note = revision('linkerd-crds', 1, 'deployed');
  const look = (snapshot: Snapshot) => diagnose(snapshot, [helmOwnershipDetector]);
  const servers = crd('servers.policy.linkerd.io', owned('linkerd-crds'));
  const cli = { annotations: { 'linkerd.io/created-by': 'linkerd/cli stable-2.14.10' } };

  test('is read off what Helm says, with the others that it would name next', () => {
    const said =
      'Error: UPGRADE FAILED: Unable to continue with update: CustomResourceDefinition "httproutes.gateway.networking.k8s.io" in namespace "" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; annotation validation error: missing key "meta.helm.sh/release-name": must be set to "linkerd-crds"; annotation validation error: missing key "meta.helm.sh/release-namespace": must be set to "linkerd"';
    const objects = [
      note,
      servers,
      crd('httproutes.gateway.networking.k8s.io', cli),
      crd('grpcroutes.gateway.networking.k8s.io', cli),
    ];
    const { findings } = look(snapshotOf(objects, saying(said)));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'blocker',
      certainty: 'confirmed',
      subjectCount: 2,
      remedy: {
        parameters: {
          OBJECTS:
            '-/CustomResourceDefinition/httproutes.gateway.networking.k8s.io -/CustomResourceDefinition/grpcroutes.gateway.networking.k8s.io',
          RELEASE: 'linkerd-crds',
          RELEASE_NAMESPACE: 'linkerd',
        },
      },
    });
  });

  test('counts no more once the object was given to the release', () => {
    const said =
      'Error: UPGRADE FAILED: CustomResourceDefinition "servers.policy.linkerd.io" in namespace "" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: missing key "meta.helm.sh/release-name": must be set to "linkerd-crds"';
    expect(look(snapshotOf([note, servers], saying(said))).findings).toEqual([]);
  });

  test('that another release has is named with whose it is, and the namespace of the release is looked up', () => {
    const said =
      'Error: unable to continue with install: Service "linkerd-dst" in namespace "linkerd" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "linkerd-control-plane": current value is "linkerd"';
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'linkerd-dst', namespace: 'linkerd', ...owned('linkerd') },
    };
    const { findings } = look(snapshotOf([service], saying(said)));
    expect(findings[0]).toMatchObject({
      remedy: { parameters: { OBJECTS: 'linkerd/Service/linkerd-dst', RELEASE_NAMESPACE: 'linkerd' } },
    });
    expect(findings[0]!.evidence.map(({ value }) => value)).toContain('linkerd (in linkerd)');
  });

  test('is seen before Helm is run, where the CLI added a CRD beside those of a release', () => {
    const { findings } = look(snapshotOf([note, servers, crd('httproutes.gateway.networking.k8s.io', cli)]));
    expect(findings).toMatchObject([
      { severity: 'error', certainty: 'likely', remedy: { parameters: { RELEASE: 'linkerd-crds' } } },
    ]);
  });

  test('is also what says it only in part, or names a release that is not there', () => {
    const part = crd('a.linkerd.io', { labels: owned('x').labels });
    const gone = crd('b.linkerd.io', owned('linkerd'));
    expect(look(snapshotOf([note, servers, part, gone])).findings).toMatchObject([{ subjectCount: 2 }]);
  });

  test('is nothing on a mesh of the CLI, of Helm alone, or of a pipeline that renders charts', () => {
    expect(look(snapshotOf([crd('servers.policy.linkerd.io', cli)])).findings).toEqual([]);
    expect(look(snapshotOf([note, servers])).findings).toEqual([]);
    expect(look(snapshotOf([crd('a.linkerd.io', { labels: owned('x').labels })])).findings).toEqual([]);
  });

  test('leaves workloads of others alone that only carry the label of the mesh', () => {
    const web = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', ...owned('shop') },
    };
    expect(look(snapshotOf([note, servers, web])).findings).toEqual([]);
  });

  test('cannot be told without CRDs', () => {
    const { notChecked } = look(snapshotOf([], { objects: { customResourceDefinitions: denied() } }));
    expect(notChecked).toMatchObject([{ codes: ['helm-ownership'] }]);
  });
});

describe('CRDs of Helm that the CLI has overwritten', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [crdOwnerDetector]);

  test('are one finding', () => {
    const by = { 'linkerd.io/created-by': 'linkerd/cli edge-26.1.2' };
    const all = ['servers.policy.linkerd.io', 'serviceprofiles.linkerd.io'].map((name) =>
      crd(name, owned('linkerd-crds', by)),
    );
    expect(look(snapshotOf(all)).findings).toMatchObject([
      {
        code: 'crd-mixed-owner',
        severity: 'warning',
        subjectCount: 2,
        title: '2 CRDs of the Helm release linkerd-crds were overwritten by the CLI of edge-26.1.2',
      },
    ]);
  });

  test('are not those that the chart rendered, and not those of the CLI alone', () => {
    const helm = crd(
      'a.linkerd.io',
      owned('linkerd-crds', { 'linkerd.io/created-by': 'linkerd/helm stable-2.14.10' }),
    );
    const cli = crd('b.linkerd.io', {
      annotations: { 'linkerd.io/created-by': 'linkerd/cli stable-2.14.10' },
    });
    expect(look(snapshotOf([helm, cli])).findings).toEqual([]);
    expect(
      look(snapshotOf([], { objects: { customResourceDefinitions: denied() } })).notChecked,
    ).toHaveLength(1);
  });
});
