/** The flows that Linkerd needs, by release, and the smallest policies that let the blocked ones through. */
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/diagnosis/network-policy/evaluate.ts';
import { linkerdFlows } from '../../../src/diagnosis/network-policy/linkerd-flows.ts';
import type { LinkerdFlow } from '../../../src/diagnosis/network-policy/linkerd-model.ts';
import { createPolicyView } from '../../../src/diagnosis/network-policy/policy-view.ts';
import { readPod } from '../../../src/diagnosis/network-policy/read-pod.ts';
import { smallestPolicies } from '../../../src/diagnosis/network-policy/smallest-policies.ts';
import { snapshotPolicies } from '../../../src/diagnosis/network-policy/snapshot-policies.ts';
import { knownVersions } from '../../../src/linkerd/facts.ts';
import type { Json } from '../../../src/rollout/json.ts';
import { randomFrom } from '../../helpers/random.ts';
import { viewOf, type WorldOptions } from './linkerd-world.ts';
import { policy } from './world.ts';

async function flowsOf(policies: readonly object[], options: WorldOptions = {}) {
  const view = await viewOf(policies, options);
  const source = snapshotPolicies((part) => view.objects(part));
  const [plane] = view.controlPlanes;
  const line = plane!.line!;
  const all = linkerdFlows(view, createPolicyView(source), plane!, line);
  const after = (more: readonly Json[]) =>
    linkerdFlows(
      view,
      createPolicyView({ ...source, networkPolicies: [...source.networkPolicies, ...more] }),
      plane!,
      line,
    );
  return { all, after, view, source };
}

const told = ({ from, to, protocol, port }: LinkerdFlow) => `${from} > ${to} ${protocol} ${port}`;
const only = (flows: readonly LinkerdFlow[], outcome: LinkerdFlow['outcome']) => [
  ...new Set(flows.filter((flow) => flow.outcome === outcome).map(told)),
];

const all = { podSelector: {} };
/** The sample of the documentation, for 2.11 and later. */
const sample = policy(
  'linkerd-control-plane',
  {
    ...all,
    policyTypes: ['Ingress'],
    ingress: [
      { ports: [{ port: 8443 }, { port: 9443 }] },
      {
        from: [{ namespaceSelector: {} }],
        ports: [8080, 8086, 8090, 4143, 4191].map((port) => ({ port, protocol: 'TCP' })),
      },
    ],
  },
  'linkerd',
);

describe('which flows there are', () => {
  test('without policies everything is allowed, in every release', async () => {
    for (const version of knownVersions) {
      const { all: flows } = await flowsOf([], { version });
      expect(flows.length, version).toBeGreaterThan(8);
      expect(only(flows, 'allowed').length, version).toBe(new Set(flows.map(told)).size);
    }
  });

  test('2.14: webhooks, identity, destination and policy, the API server, DNS, Prometheus and tap', async () => {
    expect(only((await flowsOf([])).all, 'allowed')).toEqual([
      'the API server > linkerd/proxy-injector TCP 8443',
      'the API server > linkerd/destination TCP 8443',
      'the API server > linkerd/destination TCP 9443',
      'the API server > linkerd-viz/tap TCP 8089',
      'every meshed pod > linkerd/identity TCP 8080',
      'every meshed pod > linkerd/destination TCP 8086',
      'every meshed pod > linkerd/destination TCP 8090',
      'every pod of linkerd > the API server TCP 6443',
      'every pod of linkerd-viz > the API server TCP 6443',
      'every meshed pod > the cluster’s DNS UDP 53',
      'every meshed pod > the cluster’s DNS TCP 53',
      'linkerd-viz/prometheus > every meshed pod TCP 4191',
      'linkerd-viz/tap > every meshed pod TCP 4190',
      'linkerd-viz/metrics-api > linkerd-viz/prometheus TCP 9090',
      'linkerd-viz/web > linkerd-viz/metrics-api TCP 8085',
    ]);
  });

  test('2.10: the ServiceProfile validator is a component, and there is no policy port', async () => {
    const flows = only(
      (await flowsOf([], { version: knownVersions.find((one) => one.startsWith('stable-2.10'))! })).all,
      'allowed',
    );
    expect(flows).toContain('the API server > linkerd/sp-validator TCP 8443');
    expect(flows.filter((flow) => /9443|8090/.test(flow))).toEqual([]);
  });

  test('the sample of the documentation lets everything through that it is for', async () => {
    expect(only((await flowsOf([sample])).all, 'blocked')).toEqual([
      'linkerd-viz/tap > every meshed pod TCP 4190',
    ]);
  });
});

describe('what is blocked', () => {
  test('within viz, on the port that is dialled: that of the proxy since 2.18', async () => {
    const denied = [policy('deny', { ...all, policyTypes: ['Ingress', 'Egress'] }, 'linkerd-viz')];
    const ofViz = async (version: string) =>
      only((await flowsOf(denied, { version })).all, 'blocked').filter((flow) =>
        /^(?:every pod of linkerd-viz|linkerd-viz\/(?:metrics-api|web))/.test(flow),
      );
    expect(await ofViz('stable-2.14.10')).toEqual([
      'every pod of linkerd-viz > the API server TCP 6443',
      'linkerd-viz/metrics-api > linkerd-viz/prometheus TCP 9090',
      'linkerd-viz/web > linkerd-viz/metrics-api TCP 8085',
    ]);
    expect(await ofViz('edge-25.10.7')).toEqual([
      'every pod of linkerd-viz > the API server TCP 6443',
      'linkerd-viz/metrics-api > linkerd-viz/prometheus TCP 4143',
      'linkerd-viz/web > linkerd-viz/metrics-api TCP 4143',
    ]);
  });

  test('smallest policies let all of a namespace of viz through that is closed', async () => {
    const denied = [policy('deny', { ...all, policyTypes: ['Ingress', 'Egress'] }, 'linkerd-viz')];
    for (const version of ['stable-2.14.10', 'edge-25.10.7']) {
      const { all: flows, after } = await flowsOf(denied, { version });
      const more = smallestPolicies(flows.flatMap(({ asks }) => asks));
      expect(only(after(more), 'blocked'), version).toEqual([]);
    }
  });

  test('a default that denies in the namespace of the control plane', async () => {
    const { all: flows } = await flowsOf([policy('deny', { ...all, policyTypes: ['Ingress'] }, 'linkerd')]);
    expect(only(flows, 'blocked')).toEqual([
      'the API server > linkerd/proxy-injector TCP 8443',
      'the API server > linkerd/destination TCP 8443',
      'the API server > linkerd/destination TCP 9443',
      'every meshed pod > linkerd/identity TCP 8080',
      'every meshed pod > linkerd/destination TCP 8086',
      'every meshed pod > linkerd/destination TCP 8090',
      'linkerd-viz/prometheus > every meshed pod TCP 4191',
      'linkerd-viz/tap > every meshed pod TCP 4190',
    ]);
    const identity = flows.filter(({ to, outcome }) => to === 'linkerd/identity' && outcome === 'blocked');
    expect(identity.flatMap(({ sources }) => sources.map(({ name }) => name)).sort()).not.toContain(
      'linkerd-identity',
    );
  });

  test('Egress of the control plane: the API server and DNS', async () => {
    const { all: flows } = await flowsOf([policy('deny', { ...all, policyTypes: ['Egress'] }, 'linkerd')]);
    expect(only(flows, 'blocked')).toEqual([
      'every meshed pod > linkerd/identity TCP 8080',
      'every meshed pod > linkerd/destination TCP 8086',
      'every meshed pod > linkerd/destination TCP 8090',
      'every pod of linkerd > the API server TCP 6443',
      'every meshed pod > the cluster’s DNS UDP 53',
      'every meshed pod > the cluster’s DNS TCP 53',
    ]);
  });

  test('the API server: blocked where only pods are meant, not to be told where an ipBlock has other addresses', async () => {
    const webhook = async (...from: object[]) => {
      const { all: flows } = await flowsOf([
        policy('in', { ...all, ingress: [{ from, ports: [{ port: 8443 }] }] }, 'linkerd'),
      ]);
      return flows.find(({ to }) => to === 'linkerd/proxy-injector')!.outcome;
    };
    expect(await webhook({ namespaceSelector: {} })).toBe('blocked');
    expect(await webhook({ ipBlock: { cidr: '172.18.0.0/16' } })).toBe('allowed');
    expect(await webhook({ ipBlock: { cidr: '192.168.0.0/16' } })).toBe('undetermined');
    expect(await webhook()).toBe('allowed');
  });

  const appPort = (port: number | string = 8080) =>
    policy('web', {
      ...all,
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port }] },
        { ports: [{ port: 4191 }, { port: 4190 }] },
      ],
    });
  const meshPort = async (options: WorldOptions, port?: number | string) =>
    only((await flowsOf([appPort(port)], options)).all, 'blocked').filter((flow) => flow.includes('4143'));
  const since218 = knownVersions.filter((version) => /edge-25\.(?:[4-9]|1\d)|edge-26/.test(version));

  test('4143 between meshed pods, since 2.18, where policies list the ports of applications', async () => {
    expect(since218.length).toBeGreaterThan(0);
    for (const version of since218) expect(await meshPort({ version }), version).toHaveLength(1);
    expect(await meshPort({ version: 'stable-2.14.10' })).toEqual([]);
  });

  test('4143 for opaque ports alone before that, by the list of the release or the annotation of the pod', async () => {
    expect(await meshPort({ port: 5432 }, 5432)).toHaveLength(1);
    expect(await meshPort({ port: 5432 }, 'http')).toHaveLength(1);
    expect(await meshPort({ annotations: { 'config.linkerd.io/opaque-ports': '8000-9000' } })).toHaveLength(
      1,
    );
    expect(await meshPort({ version: 'stable-2.9.5', port: 5432 }, 5432).catch(() => [])).toEqual([]);
  });

  test('not where a rule for DNS, the API server or the Internet takes in pods that declare no port', async () => {
    const egress = (port: number) => [
      policy('out', { ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port }] }] }, 'linkerd-viz'),
    ];
    const blocked = async (port: number) =>
      only((await flowsOf(egress(port), { version: since218.at(-1)! })).all, 'blocked');
    const mesh = 'meshed pods > meshed pods that they reach on other ports TCP 4143';
    for (const port of [53, 443, 6443]) expect(await blocked(port)).not.toContain(mesh);
    expect(await blocked(9090)).toContain(mesh);
  });

  test('not for ports that the proxy leaves alone', async () => {
    expect(
      await meshPort({
        version: since218[0]!,
        annotations: { 'config.linkerd.io/skip-inbound-ports': '8080' },
      }),
    ).toEqual([]);
    expect(await meshPort({ version: since218[0]!, port: 4567 }, 4567)).toEqual([]);
  });

  test('not where pods may not speak with each other at all', async () => {
    const { all: flows } = await flowsOf([policy('deny', all)], { version: since218[0]! });
    expect(flows.filter(({ group }) => group === 'mesh')).toEqual([]);
  });
});

describe('the smallest policies', () => {
  test('are for pods that are isolated already, and name who may', async () => {
    const { all: flows } = await flowsOf([policy('deny', { ...all, policyTypes: ['Ingress'] }, 'linkerd')]);
    const identity = smallestPolicies(
      flows.filter(({ to }) => to === 'linkerd/identity').flatMap(({ asks }) => asks),
    );
    expect(identity).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: {
          name: expect.stringMatching(/^linkerd-ingress-[0-9a-f]{8}$/),
          namespace: 'linkerd',
          labels: { 'app.kubernetes.io/created-by': 'handrail' },
        },
        spec: {
          podSelector: { matchLabels: { 'linkerd.io/control-plane-component': 'identity' } },
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [
                {
                  namespaceSelector: {},
                  podSelector: { matchLabels: { 'linkerd.io/control-plane-ns': 'linkerd' } },
                },
              ],
              ports: [{ protocol: 'TCP', port: 8080 }],
            },
          ],
        },
      },
    ]);
  });

  const pick = <T>(random: () => number, all: readonly T[]): T => all[Math.floor(random() * all.length)]!;

  function randomPolicy(random: () => number, at: number) {
    const labels = () =>
      pick(random, [
        {},
        { matchLabels: { app: 'web' } },
        { matchExpressions: [{ key: 'linkerd.io/control-plane-component', operator: 'Exists' }] },
        { matchLabels: { component: 'prometheus' } },
      ]);
    const peer = () =>
      pick(random, [
        { podSelector: labels() },
        { namespaceSelector: {} },
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
        { ipBlock: { cidr: '172.18.0.0/16' } },
      ]);
    const port = () =>
      pick(random, [
        { port: 8080 },
        { port: 8086, endPort: 8090 },
        { port: 'http' },
        { port: 53, protocol: 'UDP' },
        { port: 8443 },
        { port: 4191 },
      ]);
    const rule = (side: string) => ({
      ...(random() < 0.6 ? { [side]: [peer()] } : {}),
      ...(random() < 0.8 ? { ports: [port(), port()] } : {}),
    });
    const types = pick(random, [['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
    return policy(
      `p${at}`,
      {
        podSelector: labels(),
        policyTypes: types,
        ingress: random() < 0.7 ? [rule('from')] : [],
        egress: random() < 0.7 ? [rule('to')] : [],
      },
      pick(random, ['shop', 'linkerd', 'linkerd-viz']),
    );
  }

  test.each([11, 22, 33, 44, 55, 66, 77, 88])(
    'whatever the policies are, nothing is blocked with them, and nothing else is let through (%i)',
    async (seed) => {
      const random = randomFrom(seed);
      for (let round = 0; round < 6; round++) {
        const policies = Array.from({ length: 1 + Math.floor(random() * 4) }, (_each, at) =>
          randomPolicy(random, at),
        );
        const version = pick(
          random,
          ['stable-2.14.10', 'edge-26.6.3', 'edge-25.10.7'].filter((one) => knownVersions.includes(one)),
        );
        const { all: flows, after, view, source } = await flowsOf(policies, { version });
        const more = smallestPolicies(flows.flatMap(({ asks }) => asks));
        expect(only(after(more), 'blocked'), JSON.stringify(policies)).toEqual([]);

        const before = createPolicyView(source);
        const now = createPolicyView({ ...source, networkPolicies: [...source.networkPolicies, ...more] });
        const pods = view.objects('pods').map(readPod);
        const needed = new Set([53, 4190, 4191, 8080, 8085, 8086, 8090, 8443, 9090, 9443, 8089, 4143]);
        for (const from of pods) {
          for (const to of pods) {
            for (const [port, protocol] of [
              [80, 'TCP'],
              [53, 'UDP'],
              [4191, 'TCP'],
              [8080, 'TCP'],
              [8090, 'TCP'],
              [4143, 'TCP'],
              [9999, 'UDP'],
            ] as const) {
              const flow = {
                from: { type: 'pod', pod: from },
                to: { type: 'pod', pod: to },
                port,
                protocol,
              } as const;
              const [was, is] = [evaluate(before, flow).outcome, evaluate(now, flow).outcome];
              // Nothing that was let through is taken away.
              if (was === 'allowed') expect(is).toBe('allowed');
              if (was !== 'blocked' || is === 'blocked') continue;
              expect(needed.has(port)).toBe(true);
              expect(
                'linkerd.io/control-plane-ns' in from.labels,
                `${from.name} to ${port} of ${to.name}`,
              ).toBe(true);
            }
          }
        }
      }
    },
  );
});
