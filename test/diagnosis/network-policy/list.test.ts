/** The list of all that is let through, in the form in which netpol-analyzer lists it. */
import { describe, expect, test } from 'vitest';
import { jsonOf, textOf } from '../../../src/commands/netpol/print-list.ts';
import { connectivity } from '../../../src/diagnosis/network-policy/connectivity.ts';
import { readManifests } from '../../../src/diagnosis/network-policy/manifests.ts';
import { createPolicyView } from '../../../src/diagnosis/network-policy/policy-view.ts';
import { remarksOn } from '../../../src/diagnosis/network-policy/remarks.ts';

function list(...texts: readonly string[]) {
  const manifests = readManifests(texts.map((text, at) => ({ file: `${at}.yaml`, text })));
  expect(manifests.problems).toEqual([]);
  const view = createPolicyView(manifests);
  const { connections, mixed } = connectivity(view, manifests.pods);
  return {
    lines: [...textOf(connections())].join('').split('\n').slice(0, -1),
    json: [...jsonOf(connections())].join(''),
    remarks: remarksOn(view, manifests.pods, mixed),
  };
}

const problemsOf = (text: string, file = 'a.yaml') =>
  readManifests([{ file, text }]).problems.map(
    ({ line, column, message }) => `${line}:${column}: ${message}`,
  );

const workload = (kind: string, name: string, extra = '', namespace = 'shop') => `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: app${extra}}]
---`;

const policy = (name: string, spec: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
---`;

const EVERYWHERE = '0.0.0.0-255.255.255.255[External]';

describe('peers', () => {
  test('without a policy everybody reaches everybody, but nobody is listed with itself', () => {
    expect(list(workload('Deployment', 'web'), workload('StatefulSet', 'db')).lines).toEqual([
      `${EVERYWHERE} => shop/db[StatefulSet] : All Connections`,
      `${EVERYWHERE} => shop/web[Deployment] : All Connections`,
      `shop/db[StatefulSet] => ${EVERYWHERE} : All Connections`,
      'shop/db[StatefulSet] => shop/web[Deployment] : All Connections',
      `shop/web[Deployment] => ${EVERYWHERE} : All Connections`,
      'shop/web[Deployment] => shop/db[StatefulSet] : All Connections',
    ]);
  });

  test('every kind that has pods is one', () => {
    const kinds = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'];
    const { lines } = list(
      ...kinds.map((kind) => workload(kind, kind.toLowerCase())),
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: night}\nspec: {jobTemplate: {spec: {template: {spec: {containers: []}}}}}',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {containers: []}',
    );
    const peers = new Set(lines.map((line) => line.split(' => ')[0]!));
    expect([...peers]).toEqual([
      EVERYWHERE,
      'default/bare[Pod]',
      'default/night[CronJob]',
      'shop/daemonset[DaemonSet]',
      'shop/deployment[Deployment]',
      'shop/job[Job]',
      'shop/replicaset[ReplicaSet]',
      'shop/replicationcontroller[ReplicationController]',
      'shop/statefulset[StatefulSet]',
    ]);
  });

  const ownedPod = (name: string, kind: string, owner: string, phase = 'Running') =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, kind: ${kind}, name: ${owner}, uid: u, controller: true}]}\nspec: {containers: []}\nstatus: {phase: ${phase}}\n---\n`;

  test('pods are those of their owner, as far up as the manifests tell', () => {
    const sources = (...texts: string[]) =>
      new Set(list(...texts).lines.map((line) => line.split(' => ')[0]!));
    expect(sources(ownedPod('a', 'ReplicaSet', 'web-7d9'), ownedPod('b', 'ReplicaSet', 'web-7d9'))).toEqual(
      new Set([EVERYWHERE, 'shop/web-7d9[ReplicaSet]']),
    );
    const set =
      'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web-7d9, namespace: shop, ownerReferences: [{kind: Deployment, name: web, controller: true}]}\nspec: {replicas: 0, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}';
    expect(sources(ownedPod('a', 'ReplicaSet', 'web-7d9'), set)).toEqual(
      new Set([EVERYWHERE, 'shop/web[Deployment]']),
    );
    expect(sources(ownedPod('a', 'Node', 'worker-1'))).toEqual(new Set([EVERYWHERE, 'shop/a[Pod]']));
  });

  test('pods that have ended are none', () => {
    expect(
      list(ownedPod('a', 'Job', 'once', 'Succeeded'), ownedPod('b', 'Job', 'twice', 'Failed')).lines,
    ).toEqual([]);
  });

  test('pods of one workload that are not alike count together, and that is said', () => {
    const { lines, remarks } = list(
      ownedPod('a', 'StatefulSet', 'db'),
      ownedPod('b', 'StatefulSet', 'db').replace('app: web', 'app: other'),
      workload('Deployment', 'api'),
      policy('p', '{podSelector: {matchLabels: {app: other}}}'),
    );
    expect(lines).toContain('shop/api[Deployment] => shop/db[StatefulSet] : All Connections');
    expect(remarks).toEqual([
      'shop/db[StatefulSet]: not all pods of it are alike; what is listed is what any of them may',
    ]);
  });
});

describe('ports', () => {
  const between = (ports: string, more = '') =>
    list(
      workload('Deployment', 'web'),
      workload('Deployment', 'api', more),
      policy(
        'p',
        `{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {}}], ports: ${ports}}]}`,
      ),
    )
      .lines.filter((line) => line.startsWith('shop/web[Deployment] => shop/api'))
      .map((line) => line.split(' : ')[1]);

  test('are sorted by protocol and number, and joined where they touch', () => {
    expect(
      between(
        '[{port: 8090}, {port: 53, protocol: UDP}, {port: 8080, endPort: 8089}, {port: 80}, {port: 9, protocol: SCTP}]',
      ),
    ).toEqual(['SCTP 9,TCP 80,8080-8090,UDP 53']);
  });

  test('all of a protocol is a range, and all of all three is All Connections', () => {
    expect(between('[{protocol: TCP}]')).toEqual(['TCP 1-65535']);
    expect(between('[{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]')).toEqual(['All Connections']);
    expect(between('[]')).toEqual(['All Connections']);
  });

  test('a name is looked up where it is sent to', () => {
    expect(between('[{port: http}]', ', ports: [{name: http, containerPort: 8080}]')).toEqual(['TCP 8080']);
    expect(between('[{port: http}]')).toEqual([]);
  });
});

describe('outside', () => {
  const range = (spec: string) => list(workload('Deployment', 'web'), policy('p', spec)).lines;

  test('is cut where a policy of that direction draws a line, exceptions too', () => {
    expect(
      range(
        '{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/15]}}], ports: [{port: 443}]}]}',
      ),
    ).toEqual([
      '10.0.0.0-10.0.255.255[External] => shop/web[Deployment] : TCP 443',
      '10.4.0.0-10.255.255.255[External] => shop/web[Deployment] : TCP 443',
      `shop/web[Deployment] => ${EVERYWHERE} : All Connections`,
    ]);
  });

  test('every pod is listed with the same pieces, and pieces are not joined', () => {
    const { lines } = list(
      workload('Deployment', 'web'),
      workload('Deployment', 'db'),
      policy(
        'p',
        '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 128.0.0.0/1}}]}]}',
      ),
    );
    expect(
      lines.filter((line) => line.includes(' => ') && line.split(' => ')[1]!.includes('External')),
    ).toEqual([
      'shop/db[Deployment] => 0.0.0.0-127.255.255.255[External] : All Connections',
      'shop/db[Deployment] => 128.0.0.0-255.255.255.255[External] : All Connections',
      'shop/web[Deployment] => 128.0.0.0-255.255.255.255[External] : All Connections',
    ]);
  });

  test('selectors never mean it, and a rule without peers does', () => {
    expect(range('{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}')).toEqual([
      `shop/web[Deployment] => ${EVERYWHERE} : All Connections`,
    ]);
    expect(range('{podSelector: {}, ingress: [{ports: [{port: 80}]}]}')).toContain(
      `${EVERYWHERE} => shop/web[Deployment] : TCP 80`,
    );
  });

  test('an ipBlock does not list pods: those that have such an address are named as CNI dependent', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: []}\nstatus: {podIP: 10.1.2.3}';
    const { lines, remarks } = list(
      pod,
      workload('Deployment', 'web'),
      policy(
        'p',
        '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}',
      ),
    );
    expect(lines.filter((line) => line.startsWith('shop/a[Pod] => shop/web'))).toEqual([]);
    expect(remarks).toEqual([
      'CNI dependent: the ipBlock 10.0.0.0/8 has the addresses of pods in it, of shop/a[Pod]; whether it means them depends on the network plugin',
    ]);
  });
});

describe('forms', () => {
  test('JSON has the same in the same order', () => {
    expect(JSON.parse(list(workload('Deployment', 'web')).json)).toEqual([
      { src: EVERYWHERE, dst: 'shop/web[Deployment]', conn: 'All Connections' },
      { src: 'shop/web[Deployment]', dst: EVERYWHERE, conn: 'All Connections' },
    ]);
    expect(list(workload('Deployment', 'web')).json.split('\n').slice(0, 4)).toEqual([
      '[',
      '  {',
      `    "src": "${EVERYWHERE}",`,
      '    "dst": "shop/web[Deployment]",',
    ]);
    expect(list('').json).toBe('[]\n');
  });
});

describe('manifests', () => {
  test('several documents, lists of any kind, and lists in lists', () => {
    const items = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PodList\n  items:\n  - metadata: {name: a}\n    spec: {containers: []}\n`;
    expect(
      list(`${items}---\n${workload('Deployment', 'web')}`).lines.map((line) => line.split(' => ')[0]),
    ).toContain('default/a[Pod]');
  });

  test('kinds that have no part in it, empty documents and files that are no objects are passed over', () => {
    expect(
      list('# nothing\n---\n---\nkind: Service\nmetadata: {name: x}\n', 'replicas: 3\n', '[1, 2]').lines,
    ).toEqual([]);
  });

  test('a kind of the same name that is not of Kubernetes is another kind', () => {
    expect(
      list(
        'apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: x}\nspec: {tasks: []}',
        'apiVersion: policy.example.com/v1\nkind: NetworkPolicy\nmetadata: {name: x}\nspec: {rules: []}',
      ),
    ).toEqual({ lines: [], json: '[]\n', remarks: ['There are no pods, so there is nothing to list'] });
  });

  test('anchors, merged mappings and a byte order mark are read as kubectl reads them', () => {
    const merged = `kind: Pod\nmetadata: {name: a, labels: &l {app: a}}\nspec: {containers: []}\n---
kind: Deployment\nmetadata: {name: web, labels: &l {app: web}}\nspec: {template: {metadata: {labels: {<<: *l, tier: x}}, spec: {}}}\n---
apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}
spec: {podSelector: {matchLabels: {app: web, tier: x}}, ingress: []}`;
    const { lines } = list(`\uFEFF${merged}`);
    expect(lines.filter((line) => line.includes('=> default/web'))).toEqual([]);
    expect(lines.filter((line) => line.includes('=> default/a[Pod]'))).toHaveLength(2);
  });

  test('a namespace that is not among them has the label with its name', () => {
    const spec =
      '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: team}}}]}]}';
    const { lines } = list(
      workload('Deployment', 'web'),
      workload('Deployment', 'x', '', 'team'),
      workload('Deployment', 'y'),
      policy('p', spec),
    );
    expect(lines.filter((line) => line.includes('=> shop/web'))).toEqual([
      'team/x[Deployment] => shop/web[Deployment] : All Connections',
    ]);
  });

  test('a Namespace brings its labels along', () => {
    const team = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {tier: a}}';
    const spec =
      '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {tier: a}}}]}]}';
    const { lines } = list(
      team,
      workload('Deployment', 'web'),
      workload('Deployment', 'x', '', 'team'),
      policy('p', spec),
    );
    expect(lines.filter((line) => line.includes('=> shop/web'))).toEqual([
      'team/x[Deployment] => shop/web[Deployment] : All Connections',
    ]);
  });

  test('policies of other engines are named, not evaluated', () => {
    const { lines, remarks } = list(
      workload('Deployment', 'web'),
      'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: shop}',
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: y, namespace: shop}',
    );
    expect(lines).toHaveLength(2);
    expect(remarks).toEqual([
      'Not evaluated, and may change what is listed: Calico NetworkPolicy shop/y, CiliumNetworkPolicy shop/x',
    ]);
  });

  test.each([
    [
      'YAML that is none',
      'kind: [',
      '1:8: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['the second document', 'kind: Service\n---\nkind: "', '3:8: Missing closing "quote'],
    [
      'a CIDR that is none',
      policy('p', '\n  podSelector: {}\n  ingress:\n  - from:\n    - ipBlock:\n        cidr: 10.0.0.0/33'),
      '10:15: "10.0.0.0/33" is no CIDR such as 10.0.0.0/8',
    ],
    [
      'a label that is a number',
      'kind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata:\n      labels:\n        version: 1\n    spec: {containers: []}',
      '7:18: the value of a label is a text: put it in quotes',
    ],
    [
      'no template',
      'kind: Deployment\nmetadata: {name: a}\nspec: {}',
      '3:7: a Deployment needs the spec of its pods',
    ],
    [
      'a policy of no version',
      'kind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}}',
      '1:1: the apiVersion of a NetworkPolicy is networking.k8s.io/v1',
    ],
    ['what is no text', 'kind: Pod\n\0\0', '2:1: this is no text in UTF-8'],
    ['no name', 'kind: Pod\nmetadata:\n  namespace: x\nspec: {containers: []}', '3:3: a Pod needs a name'],
    [
      'the same policy twice',
      `${policy('p', '{podSelector: {}}')}${policy('p', '{podSelector: {}}')}`,
      '9:18: NetworkPolicy shop/p is there twice',
    ],
    [
      'an item of a list',
      'kind: List\nitems:\n- kind: Service\n- kind: Pod\n  metadata: {name: a}\n  spec: {containers: x}',
      '6:22: containers are a list of mappings',
    ],
  ])('an error has its line: %s', (_what, text, message) => {
    const [first] = problemsOf(text);
    expect(first).toBe(message);
  });

  test('JSON, one object after the other', () => {
    const pod = (name: string) =>
      `{"kind": "Pod", "metadata": {"name": "${name}}{"}, "spec": {"containers": []}}`;
    const read = (text: string) => readManifests([{ file: 'a.json', text }]);
    expect(read(`${pod('a')}\n${pod('b')}${pod('c')}\n`).pods).toHaveLength(3);
    expect(problemsOf(`${pod('a')}\n\n{"kind": "Pod",\n"spec": {}}`, 'a.json')).toEqual([
      '3:1: a Pod needs a name',
    ]);
    expect(problemsOf(`${pod('a')} x ${pod('b')}`, 'a.json')).toHaveLength(1);
    expect(problemsOf(`${pod('a')}}`, 'a.json')).toHaveLength(1);
  });

  test('JSON, too', () => {
    expect(problemsOf('\uFEFF{"kind": "Pod", "metadata": {}}', 'a.json')).toEqual([
      '1:29: a Pod needs a name',
    ]);
    expect(problemsOf('{\n  "kind": "Pod"\n  "spec": {}\n}', 'a.json')[0]).toMatch(/^3:/);
    expect(
      problemsOf(
        '{\n  "kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1", "metadata": {"name": "p"},\n  "spec": {\n    "policyTypes": ["Both"]\n  }\n}',
        'a.json',
      ),
    ).toEqual(['4:20: policyTypes is a list of Ingress and Egress']);
  });
});
