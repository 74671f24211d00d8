import { describe, expect, test } from 'vitest';
import { cniDetector } from '../../../src/diagnosis/detectors/cni.ts';
import { initDetector, validatorDetector } from '../../../src/diagnosis/detectors/init-containers.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { denied, snapshotOf } from '../../helpers/snapshot.ts';
import { config, meshedPod } from '../mesh-objects.ts';

const plugin = (tag: string, ready = 2, image = 'cr.l5d.io/linkerd/cni-plugin'): SnapshotObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: {
    name: 'linkerd-cni',
    namespace: 'linkerd-cni',
    uid: 'ds',
    labels: { 'k8s-app': 'linkerd-cni', 'controller-revision-hash': 'a' },
    generation: 1,
  },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'linkerd-cni' } },
    updateStrategy: { type: 'RollingUpdate' },
    template: { spec: { containers: [{ name: 'install-cni', image: `${image}:${tag}` }] } },
  },
  status: {
    observedGeneration: 1,
    desiredNumberScheduled: 2,
    currentNumberScheduled: 2,
    numberReady: ready,
    numberAvailable: ready,
    updatedNumberScheduled: 2,
  },
});

const pluginPod = (node: string, waiting?: string): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `linkerd-cni-${node}`,
    namespace: 'linkerd-cni',
    uid: `cni-${node}`,
    creationTimestamp: '2026-06-01T11:00:00Z',
    labels: { 'k8s-app': 'linkerd-cni', 'controller-revision-hash': 'a' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'linkerd-cni', uid: 'ds', controller: true },
    ],
  },
  spec: { nodeName: node, containers: [{ name: 'install-cni', image: 'x' }] },
  status: {
    phase: waiting === undefined ? 'Running' : 'Pending',
    containerStatuses: [
      waiting === undefined
        ? { name: 'install-cni', ready: true, state: { running: {} } }
        : {
            name: 'install-cni',
            ready: false,
            state: { waiting: { reason: waiting, message: 'x: not found' } },
          },
    ],
  },
});

const both = [pluginPod('node-1'), pluginPod('node-2')];
const failed = { 'linkerd-network-validator': { exitCode: 95 } };
const look = (objects: readonly SnapshotObject[], rest = {}) =>
  diagnose(snapshotOf(objects, rest), [cniDetector, validatorDetector]).findings;

describe('the CNI plugin', () => {
  test('is well where it is that of the release, and ready', () => {
    expect(look([config('stable-2.14.10'), plugin('v1.3.0'), ...both, meshedPod('web-1')])).toEqual([]);
    // A newer one, a digest, a mirror's own tags, and a control plane of somebody's own: nothing is said.
    expect(look([config('stable-2.14.10'), plugin('v1.6.2'), ...both])).toEqual([]);
    expect(look([config('stable-2.14.10'), plugin('golden', 2, 'mirror.example/cni'), ...both])).toEqual([]);
    expect(look([config('dev-1'), plugin('v1.0.0'), ...both])).toEqual([]);
    expect(look([plugin('v1.0.0'), ...both])).toEqual([]);
    // Which plugin a patch release in between was made with is not known exactly.
    expect(look([config('stable-2.13.4'), plugin('v1.1.1'), ...both])).toEqual([]);
  });

  test('is older than it should be: a warning, and a blocker with native sidecars', () => {
    expect(look([config('edge-24.8.2'), plugin('v1.3.0'), ...both])).toMatchObject([
      {
        code: 'cni-version',
        severity: 'warning',
        certainty: 'confirmed',
        remedy: { parameters: { CASE: 'plugin', IMAGE: 'cr.l5d.io/linkerd/cni-plugin:v1.5.1' } },
      },
    ]);
    expect(
      look([config('edge-24.8.2', { proxy: { nativeSidecar: true } }), plugin('v1.3.0'), ...both]),
    ).toMatchObject([{ code: 'cni-version', severity: 'blocker' }]);
    const native = meshedPod('web-1', { native: true });
    expect(look([config('edge-24.8.2'), plugin('v1.3.0'), ...both, native])[0]).toMatchObject({
      severity: 'blocker',
    });
    // What comes with 2.20 counts before it is there.
    const walk = { walk: { target: 'edge-26.8.1' } };
    expect(look([config('edge-25.10.7'), plugin('v1.3.0'), ...both], walk)[0]).toMatchObject({
      severity: 'blocker',
    });
    expect(look([config('edge-25.10.7'), plugin('v1.5.2'), ...both], walk)[0]).toMatchObject({
      severity: 'warning',
    });
  });

  test('has a tag that was never pushed, so its pods wait for it, and meshed pods for them', () => {
    const found = look([
      config('stable-2.14.10'),
      plugin('stable-2.14.10', 0),
      pluginPod('node-1', 'ImagePullBackOff'),
      pluginPod('node-2', 'ImagePullBackOff'),
      meshedPod('web-1', { inits: failed, ready: false }),
    ]);
    expect(found).toMatchObject([
      { code: 'cni-version', severity: 'blocker', certainty: 'confirmed' },
      { code: 'cni-not-ready', symptomOf: 'cni-version', title: 'The CNI plugin is ready on 0 of 2 nodes' },
      { code: 'network-validator-failed', symptomOf: 'cni-version' },
    ]);
    // The same tag is right before 2.12.5.
    expect(look([config('stable-2.12.4'), plugin('stable-2.12.4'), ...both])).toEqual([]);
  });

  test('leaves a node out', () => {
    const pod = meshedPod('web-1', { inits: failed, node: 'node-3', ready: false });
    expect(look([config('stable-2.14.10'), plugin('v1.3.0'), ...both, pod])).toMatchObject([
      {
        code: 'cni-not-ready',
        severity: 'blocker',
        title: 'The CNI plugin does not run on node node-3',
        evidence: [{ path: 'spec.nodeName', value: 'node-3' }],
        remedy: { parameters: { CASE: 'pods' } },
      },
      { code: 'network-validator-failed', symptomOf: 'cni-not-ready' },
    ]);
  });

  test('is in the middle of its rollout: nothing is said', () => {
    expect(look([config('stable-2.14.10'), plugin('v1.3.0', 1), pluginPod('node-1')])).toEqual([]);
  });

  test('cannot be told where DaemonSets or pods were not read', () => {
    const { findings, notChecked } = diagnose(
      snapshotOf([config('stable-2.14.10')], { objects: { daemonSets: denied() } }),
      [cniDetector],
    );
    expect(findings).toEqual([]);
    expect(notChecked).toMatchObject([{ part: 'daemonSets', codes: ['cni-version', 'cni-not-ready'] }]);
  });
});

describe('the network validator', () => {
  test('failed because the pod was earlier than the plugin: by itself, with its log', () => {
    const logs = {
      state: 'read' as const,
      value: [
        {
          namespace: 'shop',
          pod: 'web-1',
          container: 'linkerd-network-validator',
          previous: true,
          lines: [
            'INFO x',
            'ERROR linkerd_network_validator: Failed to validate networking configuration. timeout=10s',
          ],
        },
      ],
    };
    const pod = meshedPod('web-1', { inits: failed, ready: false });
    const found = look([config('stable-2.14.10'), plugin('v1.3.0'), ...both, pod], { logs });
    expect(found).toMatchObject([
      {
        code: 'network-validator-failed',
        severity: 'blocker',
        subjects: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
        evidence: [
          { value: '95', expected: '0' },
          { kind: 'log' },
          { path: 'spec.nodeName', value: 'node-1' },
        ],
        remedy: { parameters: { CASE: 'pods' } },
      },
    ]);
    expect(found[0]).not.toHaveProperty('symptomOf');
  });

  test('has passed, or failed once and passed then', () => {
    const passed = meshedPod('web-1', { inits: { 'linkerd-network-validator': { exitCode: 0 } } });
    const again = {
      ...passed,
      status: {
        phase: 'Running',
        initContainerStatuses: [
          {
            name: 'linkerd-network-validator',
            state: { terminated: { exitCode: 0 } },
            lastState: { terminated: { exitCode: 95 } },
          },
        ],
      },
    };
    expect(look([config('stable-2.14.10'), passed, again])).toEqual([]);
  });
});

describe('linkerd-init', () => {
  const find = (objects: readonly SnapshotObject[], rest = {}) =>
    diagnose(snapshotOf(objects, rest), [initDetector]).findings;
  const node = (containerRuntimeVersion: string): SnapshotObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1' },
    status: { nodeInfo: { containerRuntimeVersion } },
  });
  const failing = (message: string) =>
    meshedPod('web-1', { inits: { 'linkerd-init': { exitCode: 1, message } }, ready: false });

  test.each([
    ['iptables-save: Permission denied (you must be root)', 'proxyInit.runAsRoot=true'],
    [
      "iptables v1.8.8: can't initialize iptables table `nat': Table does not exist",
      'proxyInit.iptablesMode=nft',
    ],
  ])('fails, and says why: %s', (message, SETTING) => {
    expect(find([config('stable-2.14.10'), failing(message), node('containerd://1.7')])).toMatchObject([
      {
        code: 'init-not-permitted',
        severity: 'blocker',
        certainty: 'confirmed',
        remedy: { parameters: { CASE: 'init', SETTING } },
      },
    ]);
  });

  test('is told to use the other kind of iptables where nft is the default', () => {
    expect(find([config('edge-25.10.7'), failing('modprobe: not found')])[0]).toMatchObject({
      remedy: { parameters: { SETTING: 'proxyInit.iptablesMode=legacy' } },
    });
  });

  test('fails on Docker, whatever it says; without a word it is likely only', () => {
    expect(find([config('stable-2.12.6'), failing(''), node('docker://20.10')])[0]).toMatchObject({
      certainty: 'confirmed',
      remedy: { parameters: { SETTING: 'proxyInit.runAsRoot=true' } },
    });
    expect(find([config('stable-2.12.6'), failing(''), node('containerd://1.7')])[0]).toMatchObject({
      certainty: 'likely',
      remedy: { parameters: { CASE: 'pods' } },
    });
  });

  test('will have to run as root on Docker from 2.12 on', () => {
    const walk = { walk: { target: 'stable-2.12.6' } };
    expect(find([config('stable-2.11.5'), node('docker://20.10')], walk)).toMatchObject([
      { code: 'init-not-permitted', severity: 'warning', subjects: [{ kind: 'Node', name: 'node-1' }] },
    ]);
    expect(find([config('stable-2.11.5'), node('containerd://1.7')], walk)).toEqual([]);
    expect(find([config('stable-2.11.5', { cniEnabled: true }), node('docker://20.10')], walk)).toEqual([]);
    expect(
      find([config('stable-2.11.5', { proxyInit: { runAsRoot: true } }), node('docker://20.10')], walk),
    ).toEqual([]);
    expect(find([config('stable-2.11.5'), node('docker://20.10')])).toEqual([]);
  });

  test('is well, or cannot be seen', () => {
    expect(
      find([config('stable-2.14.10'), meshedPod('web-1', { inits: { 'linkerd-init': { exitCode: 0 } } })]),
    ).toEqual([]);
    expect(
      diagnose(snapshotOf([], { objects: { pods: denied() } }), [initDetector]).notChecked,
    ).toMatchObject([{ part: 'pods', codes: ['init-not-permitted'] }]);
  });
});
