import { describe, expect, test } from 'vitest';
import { commandOutputDetector } from '../../../src/diagnosis/detectors/command-output.ts';
import {
  controlPlaneMissingDetector,
  mixedVersionsDetector,
} from '../../../src/diagnosis/detectors/control-plane.ts';
import { crdDetector } from '../../../src/diagnosis/detectors/crds.ts';
import { cliBehindDetector, cliWrongDetector } from '../../../src/diagnosis/detectors/tools.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Snapshot } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { meshedPod } from '../mesh-objects.ts';
import { component, controlPlane, crds, said } from './releases.ts';

const [OLD, NEW] = ['stable-2.13.7', 'stable-2.14.10'];
const stayed = { 'linkerd-destination': OLD, 'linkerd-proxy-injector': OLD };

describe('a control plane of two versions', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [mixedVersionsDetector]);

  test('was left by an upgrade that stopped before its last Deployments', () => {
    const { findings } = look(snapshotOf(controlPlane(NEW, stayed)));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'control-plane-mixed-versions',
      severity: 'blocker',
      certainty: 'confirmed',
      title: `The upgrade to ${NEW} was interrupted: linkerd-destination and linkerd-proxy-injector are of ${OLD}`,
      subjects: [{ name: 'linkerd-destination' }, { name: 'linkerd-proxy-injector' }],
      remedy: { parameters: { RELEASE: NEW } },
    });
    expect(findings[0]?.evidence[0]).toMatchObject({ ref: 'ConfigMap linkerd/linkerd-config', value: NEW });
    expect(findings[0]?.evidence.slice(1)).toEqual(
      expect.arrayContaining([
        {
          kind: 'field',
          ref: 'Deployment linkerd/linkerd-destination',
          path: 'spec.template.spec.containers[?(@.name=="linkerd-proxy")].image',
          value: OLD,
          expected: NEW,
        },
      ]),
    );
  });

  test('is none while its rollout is under way: all its Deployments are new, and pods are not', () => {
    const old = {
      ...meshedPod('linkerd-destination-1', {
        version: OLD,
        annotations: { 'linkerd.io/created-by': `linkerd/cli ${OLD}` },
      }),
    };
    const pod = {
      ...old,
      metadata: {
        ...old.metadata,
        namespace: 'linkerd',
        labels: { ...old.metadata.labels, 'linkerd.io/control-plane-component': 'destination' },
      },
    };
    expect(look(snapshotOf([...controlPlane(NEW), pod])).findings).toEqual([]);
    // Where the configuration is not to be had, the pods tell the old version.
    const unread = { objects: { configMaps: denied() } };
    expect(look(snapshotOf([...controlPlane(NEW), pod], unread)).findings).toEqual([]);
    const mixed = look(snapshotOf([...controlPlane(NEW, stayed), pod], unread)).findings;
    expect(mixed).toMatchObject([{ certainty: 'likely', remedy: { parameters: { RELEASE: NEW } } }]);
  });

  test('is none where another version is pinned by the values, or a tag is none of Linkerd’s', () => {
    const pinned = controlPlane(
      NEW,
      {},
      {
        proxy: { image: { version: 'stable-2.14.9' } },
        policyController: { image: { version: 'stable-2.14.8' } },
      },
    );
    const retagged = JSON.parse(
      JSON.stringify(pinned)
        .replaceAll(`proxy:${NEW}`, 'proxy:stable-2.14.9')
        .replaceAll(`policy-controller:${NEW}`, 'policy-controller:stable-2.14.8'),
    );
    expect(look(snapshotOf(retagged)).findings).toEqual([]);
    expect(look(snapshotOf(controlPlane(NEW, { 'linkerd-identity': 'acme-7' }))).findings).toEqual([]);
  });

  test('goes forward where its configuration is the older one', () => {
    const { findings } = look(snapshotOf(controlPlane(OLD, { 'linkerd-identity': NEW })));
    expect(findings).toMatchObject([{ remedy: { parameters: { RELEASE: NEW } } }]);
  });

  test('is a symptom where the definitions are not those of the new one', () => {
    const objects = [...controlPlane(NEW, stayed), ...crds(OLD)];
    const { findings } = diagnose(snapshotOf(objects), [mixedVersionsDetector, crdDetector]);
    expect(findings.map(({ code, symptomOf }) => [code, symptomOf])).toEqual([
      ['crd-version-missing', undefined],
      ['control-plane-mixed-versions', 'crd-version-missing'],
    ]);
  });

  test('cannot be looked for without its Deployments', () => {
    const { findings, notChecked } = look(
      snapshotOf(controlPlane(NEW, stayed), { objects: { deployments: denied() } }),
    );
    expect(findings).toEqual([]);
    expect(notChecked).toMatchObject([{ codes: ['control-plane-mixed-versions'] }]);
  });
});

describe('a control plane that is not there', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [controlPlaneMissingDetector]);

  test('in part, or scaled to zero', () => {
    const objects = controlPlane(NEW)
      .filter(({ metadata }) => metadata.name !== 'linkerd-destination')
      .map((object) =>
        object.metadata.name === 'linkerd-identity'
          ? component('linkerd-identity', NEW, { replicas: 0 })
          : object,
      );
    expect(look(snapshotOf(objects)).findings).toMatchObject([
      {
        code: 'control-plane-missing',
        severity: 'blocker',
        title: 'linkerd-identity and linkerd-destination are not there or scaled to zero in linkerd',
        evidence: [{ path: 'spec.replicas', value: '0' }, { value: 'it is not there' }],
        remedy: { parameters: { RELEASE: NEW } },
      },
    ]);
  });

  test('an injector without pods is a finding of its own', () => {
    const objects = controlPlane(NEW).map((object) =>
      object.metadata.name === 'linkerd-proxy-injector'
        ? component('linkerd-proxy-injector', NEW, { replicas: 0 })
        : object,
    );
    expect(look(snapshotOf(objects)).findings).toEqual([]);
  });

  test.each(['linkerd-config', 'linkerd-identity-trust-roots'])('in its ConfigMap %s', (name) => {
    const without = (version: string) =>
      controlPlane(version).filter(({ metadata }) => metadata.name !== name);
    // Without its configuration a control plane is known by its pods.
    const running = meshedPod('web-1', { version: NEW });
    const { findings } = look(snapshotOf([...without(NEW), running]));
    expect(findings).toMatchObject([
      {
        code: 'control-plane-missing',
        title: `${name} is not there in linkerd`,
        subjects: [{ kind: 'ConfigMap', namespace: 'linkerd', name }],
        evidence: [{ ref: `ConfigMap linkerd/${name}`, value: 'it is not there' }],
      },
    ]);
    const unread = { objects: { configMaps: denied() } };
    expect(look(snapshotOf([...without(NEW), running], unread)).findings).toEqual([]);
  });

  test('has no ConfigMap with trust anchors before 2.11', () => {
    const objects = controlPlane('stable-2.10.2').filter(
      ({ metadata }) => metadata.name !== 'linkerd-identity-trust-roots',
    );
    expect(look(snapshotOf(objects)).findings).toEqual([]);
  });

  test('at all, though pods belong to it', () => {
    const { findings } = look(snapshotOf([meshedPod('web-1')]));
    expect(findings).toMatchObject([
      { title: 'There is no control plane in linkerd, and 1 pod belongs to it', remedy: { risk: 'change' } },
    ]);
    expect(findings[0]?.remedy.parameters).toBeUndefined();
    expect(look(snapshotOf([])).findings).toEqual([]);
    expect(look(snapshotOf(controlPlane(NEW))).findings).toEqual([]);
  });

  test('may be there where its configuration cannot be seen', () => {
    const unread = { objects: { configMaps: denied() } };
    expect(look(snapshotOf([meshedPod('web-1')], unread)).findings).toEqual([]);
  });
});

describe('the linkerd tool', () => {
  const look = (snapshot: Snapshot) => diagnose(snapshot, [cliBehindDetector, cliWrongDetector]);
  const cli = (value: string) => ({ linkerdCli: { state: 'read', value } }) as const;
  const walk = { target: NEW, from: OLD };

  test('is older than the control plane', () => {
    const { findings } = look(snapshotOf(controlPlane(NEW), cli(OLD)));
    expect(findings).toMatchObject([
      {
        code: 'cli-behind-control-plane',
        severity: 'error',
        title: `linkerd is ${OLD}, and the control plane ${NEW}`,
        evidence: [{ kind: 'tool', value: OLD, expected: NEW }, { value: NEW }],
        remedy: { parameters: { RELEASE: NEW } },
      },
    ]);
    expect(look(snapshotOf(controlPlane(NEW), cli('stable-2.14.1'))).findings).toMatchObject([
      { severity: 'warning' },
    ]);
  });

  test('may be newer, and of another channel of the same line', () => {
    expect(look(snapshotOf(controlPlane(OLD), cli(NEW))).findings).toEqual([]);
    expect(look(snapshotOf(controlPlane(NEW), cli('edge-23.10.1'))).findings).toEqual([]);
    expect(look(snapshotOf(controlPlane('edge-25.4.4'), cli('enterprise-2.18.0'))).findings).toEqual([]);
  });

  test('cannot be compared where it did not tell its version', () => {
    const late = { linkerdCli: { state: 'unread', why: 'timeout', message: 'It did not answer.' } } as const;
    const { findings, notChecked } = look(snapshotOf(controlPlane(NEW), late));
    expect(findings).toEqual([]);
    expect(notChecked).toMatchObject([{ part: 'linkerdCli', codes: ['cli-behind-control-plane'] }]);
    expect(look(snapshotOf(controlPlane(NEW), cli('dev-undefined'))).findings).toEqual([]);
  });

  test.each([
    ['linkerd is edge-24.11.8, not stable-2.14.10.'],
    ['Error: unknown command "prune" for "linkerd"'],
    ['Error: unknown flag: --crds'],
    ['control plane running stable-2.13.7 but cli running edge-24.11.8'],
  ])('is not the one that the step needs: %s', (line) => {
    const { findings } = look(
      snapshotOf(controlPlane(OLD), { ...cli('edge-24.11.8'), walk: said(['before it', line], walk) }),
    );
    expect(findings).toMatchObject([
      {
        code: 'cli-wrong-version',
        severity: 'blocker',
        certainty: 'confirmed',
        evidence: [
          { kind: 'output', ref: 'Upgrade the control plane', value: line },
          { kind: 'tool', value: 'edge-24.11.8', expected: NEW },
        ],
        remedy: { parameters: { RELEASE: NEW } },
      },
    ]);
    const unknown = look(snapshotOf(controlPlane(OLD), { walk: said([line], walk) })).findings;
    expect(unknown).toMatchObject([{ certainty: 'likely' }]);
    // It was switched meanwhile.
    const mended = { ...cli(NEW), walk: said([line], walk) };
    expect(look(snapshotOf(controlPlane(OLD), mended)).findings).toEqual([]);
  });

  test('is more than one version ahead, which skips one', () => {
    const far = (target?: string) =>
      look(snapshotOf(controlPlane(OLD), { ...cli('edge-24.11.8'), walk: target ? { target } : {} }))
        .findings;
    expect(far()).toMatchObject([
      {
        code: 'cli-wrong-version',
        severity: 'warning',
        title: 'linkerd is edge-24.11.8, 4 versions ahead of the control plane, stable-2.13.7',
        remedy: { parameters: { RELEASE: OLD } },
      },
    ]);
    expect(far(NEW)).toMatchObject([{ severity: 'error', remedy: { parameters: { RELEASE: NEW } } }]);
    expect(far('edge-24.11.8')).toEqual([]);
    expect(look(snapshotOf([], cli('edge-24.11.8'))).findings).toEqual([]);
  });

  test.each([
    ['control plane running stable-2.13.7 but cli running stable-2.14.10'],
    [
      'warning: control plane and cli versions match: control plane running stable-2.13.7 but cli running edge-24.11.8',
    ],
    ['error: unknown flag: --prune-whitelist'],
    ['Error: unknown flag: --reset-then-reuse-values'],
  ])('is not at fault: %s', (line) => {
    const { findings } = look(snapshotOf(controlPlane(OLD), { ...cli(OLD), walk: said([line], walk) }));
    expect(findings).toEqual([]);
  });
});

describe('commands that are refused for what they are', () => {
  const look = (line: string) =>
    diagnose(snapshotOf(controlPlane(NEW), { walk: said([line], {}) }), [commandOutputDetector]).findings;

  test('kubectl without --prune-whitelist', () => {
    expect(look('error: unknown flag: --prune-whitelist')).toMatchObject([{ code: 'kubectl-prune-flag' }]);
    expect(look('error: unknown flag: --prune-allow')).toEqual([]);
  });

  test('linkerd install on a mesh that exists', () => {
    const line = `Can't install the Linkerd control plane in the 'linkerd' namespace. Reason: ConfigMap/linkerd-config already exists.`;
    expect(look(line)).toMatchObject([
      { code: 'linkerd-install-refused', remedy: { parameters: { RELEASE: NEW } } },
    ]);
    expect(look('configmap/linkerd-config configured')).toEqual([]);
  });

  test('without a step that failed there is nothing to read', () => {
    expect(diagnose(snapshotOf([]), [commandOutputDetector]).findings).toEqual([]);
  });
});
