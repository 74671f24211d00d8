/** What is kept of objects, and how many of them. */
import { describe, expect, test } from 'vitest';
import {
  meshLeases,
  newestEvents,
  tellingJobs,
  tellingReplicaSets,
  tellingSecrets,
} from '../../src/cluster/evidence/caps.ts';
import { apiServiceMask, definitionMask, webhooksMask } from '../../src/cluster/evidence/keep-cluster.ts';
import { configMapMask, secretMask } from '../../src/cluster/evidence/keep-config.ts';
import { meta } from '../../src/cluster/evidence/keep-meta.ts';
import { podMask } from '../../src/cluster/evidence/keep-pods.ts';
import { eventMask } from '../../src/cluster/evidence/keep-workloads.ts';
import { createKeep } from '../../src/cluster/evidence/mask.ts';
import type { SnapshotObject } from '../../src/diagnosis/snapshot.ts';

const keep = createKeep();
const object = (name: string, more: Partial<SnapshotObject> = {}): SnapshotObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name, namespace: 'ns' },
  ...more,
});
const names = (all: readonly SnapshotObject[]) => all.map(({ metadata }) => metadata.name);

describe('a mask', () => {
  test('keeps the fields it names, in lists too, and nothing else', () => {
    const mask = { a: true, b: { c: true }, d: [{ e: true }] } as const;
    expect(
      keep({ a: { x: [1] }, b: { c: 'yes', z: 'no' }, d: [{ e: 1, f: 2 }, 'x', null], g: 1 }, mask),
    ).toEqual({
      a: { x: [1] },
      b: { c: 'yes' },
      d: [{ e: 1 }],
    });
  });

  test('gives nothing of what has another shape', () => {
    expect(keep('text', { a: true })).toBeUndefined();
    expect(keep(['a'], { a: true })).toBeUndefined();
    expect(keep({ d: 'x', a: null }, { d: [true], a: true })).toEqual({});
  });

  test('does not follow what is too deep, and cuts what is too long', () => {
    let deep: unknown = 'end';
    for (let at = 0; at < 100; at++) deep = { deep };
    expect(JSON.stringify(keep({ deep }, { deep: true }))).not.toContain('end');
    expect((keep({ a: 'x'.repeat(1_000_000) }, { a: true }) as { a: string }).a.length).toBe(256 * 1024);
  });

  test('takes no key of an object for its prototype', () => {
    const evil = JSON.parse('{"labels":{"__proto__":"x","constructor":"y"}}');
    const kept = keep(evil, { labels: true }) as { labels: object };
    expect(Object.getPrototypeOf(kept.labels)).toBe(Object.prototype);
    expect(Object.keys(kept.labels)).toEqual(['__proto__', 'constructor']);
  });
});

test('of metadata other people’s annotations are dropped, which may hold anything', () => {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"x"}}',
    'vault.example.com/secret': 'x',
    'linkerd.io/inject': 'enabled',
    'config.linkerd.io/proxy-version': 'stable-2.13.7',
    'meta.helm.sh/release-name': 'mesh',
    'retry.linkerd.io/http': '5xx',
  };
  const kept = keep({ name: 'x', annotations, managedFields: [{}] }, meta) as { annotations: object };
  expect(Object.keys(kept.annotations)).toEqual([
    'linkerd.io/inject',
    'config.linkerd.io/proxy-version',
    'meta.helm.sh/release-name',
    'retry.linkerd.io/http',
  ]);
  expect(kept).not.toHaveProperty('managedFields');
});

test('arguments and settings are kept of Linkerd’s own containers, and their secrets are not', () => {
  const container = (name: string) => ({
    name,
    image: 'i',
    args: ['-log-level=info', '--header=Authorization: Bearer abcdefghij'],
    env: [
      { name: 'LINKERD2_PROXY_LOG', value: 'warn' },
      { name: 'PASSWORD', value: 'x' },
      { name: 'LINKERD_FROM_SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ],
  });
  const pod = (labels: Record<string, string>) =>
    keep(
      {
        metadata: { name: 'p', labels },
        spec: { containers: [container('web'), container('linkerd-proxy')] },
      },
      podMask,
    ) as {
      spec: { containers: { args?: string[]; env?: { name: string }[] }[] };
    };
  const [web, proxy] = pod({}).spec.containers;
  expect(web).toEqual({ name: 'web', image: 'i' });
  expect(proxy?.args).toEqual(['-log-level=info', '--header=Authorization: Bearer ***']);
  expect(proxy?.env).toEqual([
    { name: 'LINKERD2_PROXY_LOG', value: 'warn' },
    { name: 'LINKERD_FROM_SECRET', valueFrom: {} },
  ]);
  const [own] = pod({ 'linkerd.io/control-plane-component': 'web' }).spec.containers;
  expect(own?.args).toBeDefined();
});

test('of Secrets certificates stay and everything else is hidden, a key beside a certificate as well', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  const mixed = `${pem}\n-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n`;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const data = {
    'tls.crt': base64(mixed),
    'ca.crt': base64('no certificate'),
    'tls.key': base64(pem),
    'crt.pem': 7,
  };
  expect(keep({ data }, secretMask)).toEqual({
    data: { 'tls.crt': base64(pem), 'ca.crt': '***', 'tls.key': '***', 'crt.pem': '***' },
  });
});

test('keys in the values of old releases are hidden', () => {
  const values =
    'a: 1\nkeyPEM: |\n  -----BEGIN EC PRIVATE KEY-----\n  AAAA\n  -----END EC PRIVATE KEY-----\nb: 2\n';
  const { data } = keep({ data: { values } }, configMapMask) as { data: { values: string } };
  expect(data.values).not.toContain('AAAA');
  expect(data.values).toContain('b: 2');
});

test('definitions lose their schemas, webhooks the query of their address, built-in APIs are left out', () => {
  const definition = {
    spec: {
      group: 'g',
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: {} } }],
    },
  };
  expect(keep(definition, definitionMask)).toEqual({
    spec: { group: 'g', versions: [{ name: 'v1', served: true, storage: true }] },
  });
  expect(
    keep({ webhooks: [{ name: 'w', clientConfig: { url: 'https://h/p?token=x' } }] }, webhooksMask),
  ).toEqual({ webhooks: [{ name: 'w', clientConfig: { url: 'https://h/p' } }] });
  expect(keep({ spec: { group: 'apps' } }, apiServiceMask)).toBeUndefined();
});

test('messages of events are kept without what looks like a secret', () => {
  expect(keep({ message: 'denied: token=abcdefgh12345' }, eventMask)).toEqual({
    message: 'denied: token=***',
  });
});

describe('how many', () => {
  test('events: the newest thousand', () => {
    const events = Array.from({ length: 1500 }, (_, at) =>
      object(`e${at}`, {
        involvedObject: { kind: 'Pod', name: 'p' },
        lastTimestamp: new Date(1_700_000_000_000 + at * 1000).toISOString(),
      }),
    );
    const kept = newestEvents(events);
    expect(kept).toHaveLength(1000);
    expect(kept[0]?.metadata.name).toBe('e1499');
  });

  test('ReplicaSets: with pods, refused pods, or the newest of their Deployment', () => {
    const set = (name: string, revision: string, more: Partial<SnapshotObject> = {}) =>
      object(name, {
        metadata: {
          name,
          namespace: 'ns',
          annotations: { 'deployment.kubernetes.io/revision': revision },
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'u' }],
        },
        spec: { replicas: 0 },
        ...more,
      });
    const all = [
      set('old', '1'),
      set('running', '2', { spec: { replicas: 2 } }),
      set('leaving', '3', { status: { replicas: 1 } }),
      set('refused', '4', { status: { conditions: [{ type: 'ReplicaFailure', status: 'True' }] } }),
      set('newest', '10'),
    ];
    expect(names(tellingReplicaSets(all))).toEqual(['running', 'leaving', 'refused', 'newest']);
  });

  test('jobs: those under way before those that are complete', () => {
    const job = (name: string, complete: boolean) =>
      object(name, complete ? { status: { conditions: [{ type: 'Complete', status: 'True' }] } } : {});
    const many = Array.from({ length: 600 }, (_, at) => job(`done${at}`, true));
    const kept = tellingJobs([...many, job('running', false)]);
    expect(kept).toHaveLength(500);
    expect(kept[0]?.metadata.name).toBe('running');
  });

  test('helm releases: the newest two of each, and all other Secrets', () => {
    const release = (name: string, version: number) =>
      object(`sh.helm.release.v1.${name}.v${version}`, {
        type: 'helm.sh/release.v1',
        metadata: {
          name: `sh.helm.release.v1.${name}.v${version}`,
          namespace: 'ns',
          labels: { owner: 'helm', name, version: String(version) },
        },
      });
    const kept = tellingSecrets([
      object('linkerd-identity-issuer', { type: 'Opaque' }),
      ...[1, 9, 10].map((version) => release('a', version)),
      release('b', 1),
    ]);
    expect(names(kept)).toEqual([
      'linkerd-identity-issuer',
      'sh.helm.release.v1.a.v10',
      'sh.helm.release.v1.a.v9',
      'sh.helm.release.v1.b.v1',
    ]);
  });

  test('leases: those of the mesh', () => {
    const all = ['policy-controller-write', 'service-mirror-write-east', 'kube-scheduler'].map((name) =>
      object(name),
    );
    expect(names(meshLeases(all))).toEqual(['policy-controller-write', 'service-mirror-write-east']);
  });
});
