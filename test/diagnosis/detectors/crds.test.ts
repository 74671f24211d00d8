import { describe, expect, test } from 'vitest';
import { crdDetector, crdEstablishedDetector } from '../../../src/diagnosis/detectors/crds.ts';
import { gatewayApiDetector } from '../../../src/diagnosis/detectors/gateway-api.ts';
import { storedVersionsDetector } from '../../../src/diagnosis/detectors/stored-versions.ts';
import { cliWrongDetector } from '../../../src/diagnosis/detectors/tools.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { controlPlane, crds, said, withCrd } from './releases.ts';

const look = (snapshot: Snapshot) =>
  diagnose(snapshot, [crdDetector, crdEstablishedDetector, storedVersionsDetector, gatewayApiDetector]);

const without = (objects: readonly SnapshotObject[], name: string) =>
  objects.filter(({ metadata }) => metadata.name !== name);

const versions = (...names: readonly string[]) => names.map((name) => ({ name, served: true }));

describe('definitions that a control plane needs', () => {
  const mesh = controlPlane('stable-2.13.7');

  test('are there: nothing is found, also where the definitions are newer already', () => {
    expect(look(snapshotOf([...mesh, ...crds('stable-2.13.7')])).findings).toEqual([]);
    expect(look(snapshotOf([...mesh, ...crds('stable-2.14.10')])).findings).toEqual([]);
  });

  test('one is not there: the finding names it, who needs it, and the release whose definitions are to be applied', () => {
    const rest = without(crds('stable-2.13.7'), 'authorizationpolicies.policy.linkerd.io');
    const { findings } = look(snapshotOf([...mesh, ...rest]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'crd-missing',
      severity: 'blocker',
      certainty: 'confirmed',
      title: 'authorizationpolicies.policy.linkerd.io is missing',
      subjects: [{ kind: 'CustomResourceDefinition', name: 'authorizationpolicies.policy.linkerd.io' }],
      evidence: [
        { ref: 'CustomResourceDefinition authorizationpolicies.policy.linkerd.io', value: 'it is not there' },
        { ref: 'ConfigMap linkerd/linkerd-config', value: 'stable-2.13.7' },
      ],
      remedy: { parameters: { RELEASE: 'stable-2.13.7' } },
    });
  });

  test('are those of the release before: the version that is missing is named', () => {
    const { findings } = look(snapshotOf([...mesh, ...crds('stable-2.12.6')]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'crd-version-missing',
      title: 'httproutes.policy.linkerd.io lacks v1beta2',
      evidence: [{ path: 'spec.versions[*].name', value: 'v1alpha1, v1beta1', expected: 'v1beta2' }, {}],
    });
  });

  test('of a release that is not known itself are asked for as all of its line have them', () => {
    const near = controlPlane('stable-2.10.0');
    const old = withCrd(crds('stable-2.10.2'), 'trafficsplits.split.smi-spec.io', {
      spec: { versions: versions('v1alpha1') },
    });
    expect(look(snapshotOf([...near, ...old])).findings).toEqual([]);
    const { findings } = look(snapshotOf([...controlPlane('stable-2.14.3'), ...crds('stable-2.13.7')]));
    expect(findings.map(({ title }) => title)).toEqual(['httproutes.policy.linkerd.io lacks v1beta3']);
  });

  test('may not be seen: it is said that nobody looked', () => {
    const { findings, notChecked } = look(
      snapshotOf(mesh, { objects: { customResourceDefinitions: denied() } }),
    );
    expect(findings).toEqual([]);
    expect(notChecked[0]).toMatchObject({ part: 'customResourceDefinitions', why: 'denied' });
    expect(notChecked[0]?.codes).toContain('crd-missing');
  });

  test('without a control plane nobody needs any', () => {
    expect(look(snapshotOf([])).findings).toEqual([]);
  });
});

describe('definitions that the failed step misses', () => {
  const line =
    'missing authorizationpolicies.policy.linkerd.io, CRD httproutes.policy.linkerd.io is missing version v1beta3';
  const walk = said(
    ['Linkerd CRDs must be installed first. Run linkerd upgrade with the --crds flag:', line],
    {
      target: 'stable-2.14.10',
    },
  );
  const cli = { linkerdCli: { state: 'read', value: 'stable-2.14.10' } } as const;
  const mesh = [...controlPlane('stable-2.13.7'), ...crds('stable-2.13.7')];

  test('are named by it, each as far as the cluster still lacks it', () => {
    const rest = without(mesh, 'authorizationpolicies.policy.linkerd.io');
    const { findings } = look(snapshotOf(rest, { walk, ...cli }));
    expect(findings.map(({ code, title }) => [code, title])).toEqual([
      ['crd-missing', 'authorizationpolicies.policy.linkerd.io is missing'],
      ['crd-version-missing', 'httproutes.policy.linkerd.io lacks v1beta3'],
    ]);
    expect(findings[1]).toMatchObject({
      evidence: [{ expected: 'v1beta3' }, { kind: 'output', value: line }],
      remedy: { parameters: { RELEASE: 'stable-2.14.10' } },
    });
  });

  test('and were applied meanwhile: nothing is found', () => {
    const now = [...controlPlane('stable-2.13.7'), ...crds('stable-2.14.10')];
    expect(look(snapshotOf(now, { walk, ...cli })).findings).toEqual([]);
  });

  test('by a tool that is not meant: that is the cause', () => {
    const other = said([line, 'linkerd is edge-24.8.2, not stable-2.14.10.'], { target: 'stable-2.14.10' });
    const wrong = { linkerdCli: { state: 'read', value: 'edge-24.8.2' } } as const;
    const { findings } = diagnose(snapshotOf(mesh, { walk: other, ...wrong }), [
      crdDetector,
      cliWrongDetector,
    ]);
    expect(findings.map(({ code, symptomOf }) => [code, symptomOf])).toEqual([
      ['cli-wrong-version', undefined],
      ['crd-version-missing', 'cli-wrong-version'],
    ]);
  });
});

describe('a definition that is not established', () => {
  const name = 'servers.policy.linkerd.io';
  const mesh = (status: object, metadata: object = {}) =>
    snapshotOf(withCrd(crds('stable-2.14.10'), name, { status, metadata }));
  const fresh = { creationTimestamp: '2026-06-01T11:59:40Z' };

  test('because its names are taken: certain', () => {
    const status = {
      conditions: [{ type: 'NamesAccepted', status: 'False', reason: 'ListKindConflict', message: 'taken' }],
    };
    expect(look(mesh(status)).findings).toMatchObject([
      {
        code: 'crd-not-established',
        certainty: 'confirmed',
        evidence: [{ value: 'its names are not accepted (ListKindConflict: taken)' }],
      },
    ]);
  });

  test('yet, of one just made, is no finding; after a minute it is likely one', () => {
    const status = { conditions: [{ type: 'Established', status: 'False', reason: 'Installing' }] };
    expect(look(mesh(status, fresh)).findings).toEqual([]);
    expect(look(mesh(status)).findings).toMatchObject([{ certainty: 'likely' }]);
  });

  test('cannot be told without its conditions', () => {
    expect(look(mesh({ conditions: undefined })).findings).toMatchObject([{ certainty: 'undetermined' }]);
  });
});

describe('stored versions', () => {
  const mesh = controlPlane('stable-2.13.7');
  const newer = withCrd(crds('stable-2.13.7'), 'servers.policy.linkerd.io', {
    spec: { versions: versions('v1alpha1', 'v1beta1', 'v1beta2', 'v1beta3') },
    status: { storedVersions: ['v1beta1', 'v1beta3'] },
    metadata: { annotations: { 'linkerd.io/created-by': 'linkerd/cli edge-24.8.2' } },
  });

  test('that the target of the upgrade does not have block it', () => {
    const { findings } = look(snapshotOf([...mesh, ...newer], { walk: { target: 'stable-2.14.10' } }));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'crd-stored-version-lost',
      severity: 'blocker',
      title: 'servers.policy.linkerd.io is stored as v1beta3, which Linkerd stable-2.14.10 does not have',
      evidence: [
        {
          path: 'status.storedVersions',
          value: 'v1beta1, v1beta3',
          expected: 'only v1alpha1, v1beta1',
        },
        { value: 'linkerd/cli edge-24.8.2' },
      ],
      remedy: {
        parameters: {
          OWNER: 'linkerd',
          DEFINITIONS: 'servers.policy.linkerd.io=v1beta1',
          RELEASE: 'stable-2.14.10',
        },
      },
    });
  });

  test('without a target are held against what the control plane claims and the line after it, and are no blocker', () => {
    expect(look(snapshotOf([...mesh, ...newer])).findings).toMatchObject([{ severity: 'error' }]);
    const underWay = [...controlPlane('edge-24.2.4'), ...crds('edge-24.8.2')];
    expect(look(snapshotOf(underWay)).findings).toEqual([]);
  });

  test('that the target knows are as they should be, as are those of an edge release between two lines', () => {
    const walk = { target: 'edge-24.8.2' };
    expect(look(snapshotOf([...mesh, ...newer], { walk })).findings).toEqual([]);
    const edge = [...controlPlane('edge-24.7.5'), ...crds('edge-24.8.2')];
    expect(look(snapshotOf(edge)).findings).toEqual([]);
  });

  test('that the definition itself has lost', () => {
    const lost = withCrd(crds('stable-2.13.7'), 'servers.policy.linkerd.io', {
      status: { storedVersions: ['v1beta1', 'v1'] },
    });
    expect(look(snapshotOf(lost)).findings).toMatchObject([{ code: 'crd-stored-version-lost' }]);
  });

  test('that the failed step was refused for: of the Gateway API they are left to whoever owns it', () => {
    const name = 'httproutes.gateway.networking.k8s.io';
    const line = `The CustomResourceDefinition "${name}" is invalid: status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version`;
    const theirs = withCrd(crds('stable-2.14.10'), name, {
      spec: { versions: versions('v1', 'v1beta1') },
      status: { storedVersions: ['v1'] },
      metadata: { annotations: {} },
    });
    const walk = said([line], { target: 'stable-2.14.10' });
    expect(look(snapshotOf([...mesh, ...theirs], { walk })).findings).toMatchObject([
      {
        code: 'crd-stored-version-lost',
        severity: 'blocker',
        evidence: [{ kind: 'output' }, {}],
        remedy: { parameters: { OWNER: 'others', DEFINITIONS: `${name}=v1beta1` } },
      },
    ]);
    const mended = withCrd(theirs, name, { status: { storedVersions: ['v1beta1'] } });
    expect(look(snapshotOf([...mesh, ...mended], { walk })).findings).toEqual([]);
    const helm = `Error: UPGRADE FAILED: cannot patch "servers.policy.linkerd.io" with kind CustomResourceDefinition: CustomResourceDefinition.apiextensions.k8s.io "servers.policy.linkerd.io" is invalid: status.storedVersions[1]: Invalid value: "v1beta3": must appear in spec.versions`;
    const old = snapshotOf([...mesh, ...newer], { walk: said([helm], {}) });
    expect(look(old).findings).toMatchObject([
      { severity: 'blocker', remedy: { parameters: { OWNER: 'linkerd' } } },
    ]);
  });
});

describe('the Gateway API', () => {
  const grpc = 'grpcroutes.gateway.networking.k8s.io';

  test('in a version that the control plane does not watch stops its policy controller', () => {
    const mesh = [...controlPlane('edge-24.11.8'), ...crds('edge-24.11.8')];
    expect(look(snapshotOf(mesh)).findings).toEqual([]);
    const newer = withCrd(mesh, grpc, { spec: { versions: versions('v1') } });
    expect(look(snapshotOf(newer)).findings).toMatchObject([
      {
        code: 'gateway-api-version',
        severity: 'blocker',
        certainty: 'confirmed',
        title: `Linkerd edge-24.11.8 needs v1alpha2 of ${grpc}, which serves v1`,
      },
    ]);
    expect(look(snapshotOf(without(mesh, grpc))).findings).toEqual([]);
  });

  test('with TLS routes in v1 alone takes the effect from them, and no more', () => {
    const mesh = [...controlPlane('edge-25.10.7'), ...crds('edge-25.10.7', { gatewayApi: true })];
    expect(look(snapshotOf(mesh)).findings).toEqual([]);
    const newer = withCrd(mesh, 'tlsroutes.gateway.networking.k8s.io', {
      spec: { versions: versions('v1') },
    });
    expect(look(snapshotOf(newer)).findings).toMatchObject([{ severity: 'error', certainty: 'likely' }]);
  });

  test('half of it taken over from Linkerd', () => {
    const mesh = [...controlPlane('edge-24.11.8'), ...crds('edge-24.11.8')];
    const half = withCrd(mesh, 'httproutes.gateway.networking.k8s.io', { metadata: { annotations: {} } });
    expect(look(snapshotOf(half)).findings).toMatchObject([
      { code: 'gateway-api-version', severity: 'warning', certainty: 'likely' },
    ]);
  });

  test('missing, as the tool says', () => {
    const walk = said(['The Gateway API CRDs must be installed prior to installing Linkerd. Run:'], {
      target: 'edge-25.10.7',
    });
    expect(look(snapshotOf([], { walk })).findings).toMatchObject([
      {
        code: 'gateway-api-version',
        title: 'Linkerd edge-25.10.7 needs the Gateway API, which is not installed',
      },
    ]);
  });
});
