/** NetworkPolicies that block what Linkerd needs: there, nearly there, and not to be told. */
import { describe, expect, test } from 'vitest';
import { networkPolicyDetector } from '../../../src/diagnosis/detectors/network-policy.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { policyList } from '../../../src/diagnosis/network-policy/smallest-policies.ts';
import type { Snapshot, SnapshotObject } from '../../../src/diagnosis/snapshot.ts';
import { record, records } from '../../../src/rollout/json.ts';
import { denied } from '../../helpers/snapshot.ts';
import { type WorldOptions, world } from '../network-policy/linkerd-world.ts';
import { policy } from '../network-policy/world.ts';

const all = { podSelector: {} };
const deny = policy('deny', { ...all, policyTypes: ['Ingress'] }, 'linkerd');
const open = policy('open', { ...all, ingress: [{}] }, 'linkerd');

const findingsOf = (snapshot: Snapshot) => diagnose(snapshot, [networkPolicyDetector]).findings;
const found = async (policies: readonly object[], options: WorldOptions = {}) =>
  findingsOf(await world(policies, options));
const codes = async (...of: Parameters<typeof found>) => (await found(...of)).map(({ code }) => code);

const daemonSet = (name: string): SnapshotObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: 'kube-system' },
});

test('no more policies are proposed than a command can be given, those of the control plane first', () => {
  const policies = Array.from({ length: 300 }, (_, at) => policy(`allow-${at}`, all, `team-${at}`));
  const { json, left } = policyList([...policies, deny], { first: 'linkerd', longest: 10_000 });
  const { items } = JSON.parse(json) as { items: SnapshotObject[] };
  expect(json.length).toBeLessThanOrEqual(10_000);
  expect(items[0]?.metadata.namespace).toBe('linkerd');
  expect(items.length + left).toBe(301);
  expect(left).toBeGreaterThan(100);
  expect(policyList(policies, { first: 'linkerd', longest: 60_000 }).left).toBe(0);
});

describe('blocked', () => {
  test('a policy that denies by default: proxies, webhooks and metrics, each with its trace', async () => {
    const [control, webhooks, metrics, ...rest] = await found([deny]);
    expect(rest).toEqual([]);
    expect(control).toMatchObject({
      code: 'network-policy-blocks-control-plane',
      severity: 'blocker',
      certainty: 'likely',
      title:
        'NetworkPolicies keep every meshed pod from linkerd/identity (8080), linkerd/destination (8086, 8090)',
    });
    expect(control!.evidence[0]).toEqual({
      kind: 'policy',
      ref: 'NetworkPolicy linkerd/deny',
      value: expect.stringMatching(
        /^NetworkPolicy linkerd\/deny selects linkerd\/linkerd-identity for Ingress, but .* to TCP 8080 of linkerd\/linkerd-identity is not allowed by any ingress rule, for there is none$/,
      ),
    });
    expect(webhooks).toMatchObject({
      code: 'network-policy-blocks-webhooks',
      title:
        'NetworkPolicies keep the API server from linkerd/proxy-injector (8443), linkerd/destination (8443, 9443)',
    });
    expect(metrics).toMatchObject({ code: 'network-policy-blocks-observability', severity: 'warning' });
  });

  test('the policies of the remedy, one line of JSON, mend all of it', async () => {
    const [{ remedy } = { remedy: undefined }] = await found([deny]);
    const list = remedy!.parameters!.POLICIES!;
    expect(list).not.toContain('\n');
    const items = records(record(JSON.parse(list)).items);
    expect(await codes([deny, ...items])).toEqual([]);
  });

  test('a plugin that enforces policies makes it certain', async () => {
    expect((await found([deny, daemonSet('calico-node')]))[0]?.certainty).toBe('confirmed');
  });

  test('4143, once it is needed', async () => {
    const ports = policy('web', {
      ...all,
      ingress: [
        { from: [{ podSelector: {} }], ports: [{ port: 8080 }, { port: 4191 }] },
        { ports: [{ port: 4190 }, { port: 4191 }] },
      ],
    });
    expect(await codes([ports])).toEqual([]);
    const [soon, ...rest] = await found([ports], { target: 'edge-25.4.4' });
    expect(rest).toEqual([]);
    expect(soon).toMatchObject({
      code: 'network-policy-blocks-mesh',
      severity: 'warning',
      title:
        'From 2.18 on: NetworkPolicies keep meshed pods from meshed pods that they reach on other ports (4143)',
    });
  });
});

describe('whom it is about', () => {
  const closed = [{ ports: [{ port: 8080 }] }];
  const api = policy('api', { podSelector: { matchLabels: { app: 'api' } }, ingress: closed });

  test('metrics of one workload that are kept back are those of that workload', async () => {
    const [metrics] = await found([api]);
    expect(metrics).toMatchObject({
      code: 'network-policy-blocks-observability',
      title: expect.stringMatching(/ from shop\/api \(4191, 4190\)$/),
      subjects: [{ kind: 'Deployment', namespace: 'shop', name: 'api' }],
    });
  });

  test('of pods that do not get through to each other, those that the policy is about', async () => {
    const mesh = (await found([api], { target: 'edge-25.4.4' })).find(
      ({ code }) => code === 'network-policy-blocks-mesh',
    );
    expect(mesh?.subjects).toEqual([{ kind: 'Deployment', namespace: 'shop', name: 'api' }]);
  });

  test('who may not leave to the control plane, where the others may', async () => {
    const egress = [{ to: [{ podSelector: {} }] }, { ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }] }];
    const kept = policy('kept', {
      podSelector: { matchLabels: { app: 'api' } },
      policyTypes: ['Egress'],
      egress,
    });
    expect((await found([kept]))[0]?.title).toMatch(
      /^NetworkPolicies keep shop\/api from linkerd\/identity /,
    );
  });
});

describe('nearly', () => {
  test('no policies, or policies that let it through, or such for other pods', async () => {
    expect(await codes([])).toEqual([]);
    expect(await codes([deny, open])).toEqual([]);
    expect(await codes([policy('deny', { ...all, policyTypes: ['Ingress', 'Egress'] }, 'legacy')])).toEqual(
      [],
    );
  });

  test('a definition of another engine without any object of it', async () => {
    expect(await codes([])).toEqual([]);
  });

  test('pods that were kept apart on purpose', async () => {
    expect(
      await codes([policy('apart', { ...all, ingress: [{ ports: [{ port: 4191 }, { port: 4190 }] }] })]),
    ).toEqual([]);
  });
});

describe('not to be told', () => {
  test('policies of another engine', async () => {
    const admin = {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'first' },
    };
    const [one, ...rest] = await found([deny, admin]);
    expect(rest).toEqual([]);
    expect(one).toMatchObject({
      code: 'network-policy-undetermined',
      severity: 'info',
      certainty: 'undetermined',
    });
    expect(one!.evidence[0]!.value).toMatch(/^AdminNetworkPolicy first is not evaluated/);
  });

  test('one of a namespace that the mesh has no part in does not matter', async () => {
    const cilium = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'x', namespace: 'legacy' },
    };
    expect(await codes([cilium])).toEqual([]);
  });

  test('an ipBlock with other addresses than those of the API server that are known', async () => {
    const block = policy(
      'block',
      {
        ...all,
        ingress: [{ from: [{ ipBlock: { cidr: '192.168.0.0/16' } }] }, { from: [{ namespaceSelector: {} }] }],
      },
      'linkerd',
    );
    expect(await codes([block])).toEqual(['network-policy-undetermined']);
  });

  test('Flannel alone does not enforce: nothing is claimed to be blocked', async () => {
    const [one, ...rest] = await found([deny, daemonSet('kube-flannel-ds')]);
    expect(rest).toEqual([]);
    expect(one!.title).toBe(
      'NetworkPolicies would block flows of linkerd, if the network plugin held to them',
    );
    expect((await codes([deny, daemonSet('kube-flannel-ds'), daemonSet('calico-node')])).length).toBe(3);
  });

  test('policies or pods that may not be read are not checked', async () => {
    for (const part of ['networkPolicies', 'pods'] as const) {
      const snapshot = await world([deny]);
      const { findings, notChecked } = diagnose(
        { ...snapshot, objects: { ...snapshot.objects, [part]: denied() } },
        [networkPolicyDetector],
      );
      expect(findings).toEqual([]);
      expect(notChecked[0]).toMatchObject({ part, why: 'denied' });
      expect(notChecked[0]!.codes).toContain('network-policy-blocks-webhooks');
    }
  });

  test('namespaces that may not be read leave open what only their labels decide', async () => {
    const labels = policy(
      'labels',
      {
        ...all,
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] },
          { ports: [8443, 9443].map((port) => ({ port })) },
        ],
      },
      'linkerd',
    );
    const snapshot = await world([labels]);
    const findings = findingsOf({ ...snapshot, objects: { ...snapshot.objects, namespaces: denied() } });
    expect(findings.map(({ code }) => code)).toEqual(['network-policy-undetermined']);
  });
});
