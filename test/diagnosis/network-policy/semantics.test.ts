/** What a NetworkPolicy means, line by line. */
import { describe, expect, test } from 'vitest';
import { asked, end, namespace, outside, policy } from './world.ts';

const web = end('shop/web');
const api = end('shop/api');
const other = end('team/web');
const all = { podSelector: {} };

describe('isolation', () => {
  test('a pod that no policy selects takes and sends everything', () => {
    const { ask } = asked([
      policy('other', { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress', 'Egress'] }),
    ]);
    expect(ask(web, api)).toMatchObject({
      outcome: 'allowed',
      text: 'shop/web is not isolated for Egress: no policy selects it',
    });
    expect(ask(outside('203.0.113.7'), api, 'UDP 53').outcome).toBe('allowed');
  });

  test('a policy isolates pods of its own namespace only', () => {
    const { outcome } = asked([policy('deny', all, 'team')]);
    expect(outcome(web, api)).toBe('allowed');
    expect(outcome(web, other)).toBe('blocked');
  });

  test('isolation for Ingress says nothing about what a pod sends', () => {
    const { outcome } = asked([
      policy('deny', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] }),
    ]);
    expect(outcome(web, api)).toBe('allowed');
    expect(outcome(api, web)).toBe('blocked');
  });

  test('isolation for Egress says nothing about what a pod takes', () => {
    const { outcome } = asked([
      policy('deny', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] }),
    ]);
    expect(outcome(web, api)).toBe('blocked');
    expect(outcome(api, web)).toBe('allowed');
  });
});

describe('policyTypes', () => {
  test('absent: Ingress always', () => {
    expect(asked([policy('deny', all)]).outcome(web, api)).toBe('blocked');
    expect(asked([policy('deny', { ...all, policyTypes: [] })]).outcome(web, api)).toBe('blocked');
  });

  test('absent: Egress only where there are rules for it', () => {
    const without = asked([policy('deny', { ...all, egress: [] })]);
    expect(without.ask(web, other).directions[0]).toMatchObject({ outcome: 'allowed', policies: [] });
    const rules = asked([policy('deny', { ...all, egress: [{ ports: [{ port: 443 }] }] })]);
    expect(rules.outcome(web, other, 443)).toBe('allowed');
    expect(rules.outcome(web, other, 80)).toBe('blocked');
    expect(rules.outcome(web, api, 443)).toBe('blocked');
  });

  test('a list overrides: an egress section without Egress in it is inert', () => {
    const { outcome } = asked([
      policy('in', { ...all, policyTypes: ['Ingress'], ingress: [{}], egress: [{ ports: [{ port: 443 }] }] }),
    ]);
    expect(outcome(web, other, 80)).toBe('allowed');
  });

  test('a list overrides: an ingress section without Ingress in it is inert', () => {
    const { outcome } = asked([
      policy('out', { ...all, policyTypes: ['Egress'], ingress: [{ ports: [{ port: 443 }] }], egress: [{}] }),
    ]);
    expect(outcome(other, web, 80)).toBe('allowed');
  });
});

describe('both directions', () => {
  const out = policy('out', {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Egress'],
    egress: [{ ports: [{ port: 80 }] }],
  });
  const into = policy('in', {
    podSelector: { matchLabels: { app: 'api' } },
    ingress: [{ ports: [{ port: 80 }, { port: 81 }] }],
  });

  test('the source has to be let out and the destination has to let in', () => {
    const { outcome } = asked([out, into]);
    expect(outcome(web, api, 80)).toBe('allowed');
    expect(outcome(web, api, 81)).toBe('blocked');
    expect(outcome(api, web, 81)).toBe('allowed');
  });

  test('policies only add', () => {
    const { outcome } = asked([out, into, policy('deny', { ...all, policyTypes: ['Ingress', 'Egress'] })]);
    expect(outcome(web, api, 80)).toBe('allowed');
    expect(outcome(web, api, 82)).toBe('blocked');
  });

  test('the answer to a connection is let through: only who opens it is asked about', () => {
    const { outcome } = asked([
      policy('deny', { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Egress'] }),
    ]);
    expect(outcome(web, api, 80)).toBe('allowed');
  });
});

describe('rules', () => {
  test('no from: every peer, pods and addresses', () => {
    for (const from of [{}, { from: [] }, { from: null }]) {
      const { outcome } = asked([policy('in', { ...all, ingress: [{ ...from, ports: [{ port: 80 }] }] })]);
      expect(outcome(other, web)).toBe('allowed');
      expect(outcome(outside('203.0.113.7'), web)).toBe('allowed');
      expect(outcome(outside('203.0.113.7'), web, 81)).toBe('blocked');
    }
  });

  test('no ports: every port of every protocol', () => {
    for (const ports of [{}, { ports: [] }, { ports: null }]) {
      const { outcome } = asked([
        policy('in', { ...all, ingress: [{ ...ports, from: [{ podSelector: {} }] }] }),
      ]);
      expect(['80', 'UDP 53', 'SCTP 7'].map((port) => outcome(api, web, port))).toEqual([
        'allowed',
        'allowed',
        'allowed',
      ]);
    }
  });

  test('an empty list of rules denies all, and one empty rule allows all', () => {
    expect(asked([policy('in', { ...all, ingress: [] })]).outcome(api, web)).toBe('blocked');
    expect(asked([policy('in', { ...all, ingress: null })]).outcome(api, web)).toBe('blocked');
    expect(
      asked([policy('in', { ...all, ingress: [{}] })]).outcome(outside('203.0.113.7'), web, 'SCTP 9'),
    ).toBe('allowed');
  });
});

describe('peers', () => {
  const from = (...peers: object[]) =>
    asked([policy('in', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: peers }] })], {
      namespaces: [namespace('shop'), namespace('team', { team: 'a' }), namespace('else', { team: 'b' })],
    });

  test('podSelector alone: pods of the namespace of the policy', () => {
    const { outcome } = from({ podSelector: { matchLabels: { app: 'api' } } });
    expect(outcome(api, web)).toBe('allowed');
    expect(outcome(end('team/api'), web)).toBe('blocked');
  });

  test('namespaceSelector alone: all pods of the namespaces that it takes', () => {
    const { outcome } = from({ namespaceSelector: { matchLabels: { team: 'a' } } });
    expect(outcome(end('team/anything'), web)).toBe('allowed');
    expect(outcome(api, web)).toBe('blocked');
  });

  test('both in one element: pods that the one takes, in namespaces that the other takes', () => {
    const { outcome } = from({
      podSelector: { matchLabels: { app: 'api' } },
      namespaceSelector: { matchLabels: { team: 'a' } },
    });
    expect(outcome(end('team/api'), web)).toBe('allowed');
    expect(outcome(end('team/web'), web)).toBe('blocked');
    expect(outcome(api, web)).toBe('blocked');
  });

  test('in two elements: either', () => {
    const { outcome } = from(
      { podSelector: { matchLabels: { app: 'api' } } },
      { namespaceSelector: { matchLabels: { team: 'a' } } },
    );
    expect(outcome(end('team/web'), web)).toBe('allowed');
    expect(outcome(api, web)).toBe('allowed');
    expect(outcome(end('else/api'), web)).toBe('blocked');
  });

  test('an empty selector takes everything; one that is not there is not asked', () => {
    expect(from({ podSelector: {} }).outcome(end('shop/x'), web)).toBe('allowed');
    expect(from({ podSelector: {} }).outcome(other, web)).toBe('blocked');
    expect(from({ namespaceSelector: {} }).outcome(end('else/x'), web)).toBe('allowed');
    expect(from({ namespaceSelector: null, podSelector: {} }).outcome(other, web)).toBe('blocked');
  });

  test('no selector takes an address outside the cluster, not even that of all namespaces', () => {
    expect(from({ namespaceSelector: {} }).outcome(outside('203.0.113.7'), web)).toBe('blocked');
    expect(from({ namespaceSelector: {}, podSelector: {} }).outcome(outside('203.0.113.7'), web)).toBe(
      'blocked',
    );
  });

  test('a namespace is found by the label with its name, which every one has', () => {
    const { outcome } = asked([
      policy('in', {
        ...all,
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'bare' } } }] },
        ],
      }),
    ]);
    expect(outcome(end('bare/x'), web)).toBe('allowed');
    expect(outcome(api, web)).toBe('blocked');
  });

  test('where namespaces could not be read, only their names decide', () => {
    const selecting = (matchLabels: object) =>
      asked([policy('in', { ...all, ingress: [{ from: [{ namespaceSelector: { matchLabels } }] }] })], {
        namespaces: undefined,
      });
    expect(selecting({ 'kubernetes.io/metadata.name': 'team' }).outcome(other, web)).toBe('allowed');
    expect(selecting({}).outcome(other, web)).toBe('allowed');
    expect(selecting({ team: 'a' }).outcome(other, web)).toBe('undetermined');
  });
});

describe('label selectors', () => {
  const selecting = (...matchExpressions: object[]) =>
    asked([policy('in', { podSelector: { matchExpressions } })]);
  const hit = (expressions: object[], labels: Record<string, string>) =>
    selecting(...expressions).outcome(api, end('shop/web', { labels })) === 'blocked';

  test('In needs the key, and one of the values', () => {
    expect(hit([{ key: 'tier', operator: 'In', values: ['a', 'b'] }], { tier: 'b' })).toBe(true);
    expect(hit([{ key: 'tier', operator: 'In', values: ['a', 'b'] }], { tier: 'c' })).toBe(false);
    expect(hit([{ key: 'tier', operator: 'In', values: ['a', 'b'] }], {})).toBe(false);
  });

  test('NotIn also takes what has no such key', () => {
    expect(hit([{ key: 'tier', operator: 'NotIn', values: ['a'] }], {})).toBe(true);
    expect(hit([{ key: 'tier', operator: 'NotIn', values: ['a'] }], { tier: 'b' })).toBe(true);
    expect(hit([{ key: 'tier', operator: 'NotIn', values: ['a'] }], { tier: 'a' })).toBe(false);
  });

  test('Exists and DoesNotExist', () => {
    expect(hit([{ key: 'tier', operator: 'Exists' }], { tier: '' })).toBe(true);
    expect(hit([{ key: 'tier', operator: 'Exists' }], {})).toBe(false);
    expect(hit([{ key: 'tier', operator: 'DoesNotExist' }], {})).toBe(true);
    expect(hit([{ key: 'tier', operator: 'DoesNotExist' }], { tier: 'a' })).toBe(false);
  });

  test('all requirements have to hold', () => {
    const both = [
      { key: 'tier', operator: 'Exists' },
      { key: 'app', operator: 'In', values: ['web'] },
    ];
    expect(hit(both, { tier: 'a' })).toBe(true);
    expect(hit(both, {})).toBe(false);
  });
});

describe('ipBlock', () => {
  const from = (ipBlock: object) => asked([policy('in', { ...all, ingress: [{ from: [{ ipBlock }] }] })]);

  test('takes addresses outside the cluster that lie in it', () => {
    const { outcome } = from({ cidr: '203.0.113.0/24' });
    expect(outcome(outside('203.0.113.0'), web)).toBe('allowed');
    expect(outcome(outside('203.0.113.255'), web)).toBe('allowed');
    expect(outcome(outside('203.0.114.0'), web)).toBe('blocked');
    expect(outcome(outside('203.0.112.255'), web)).toBe('blocked');
  });

  test('not those that are excepted', () => {
    const { outcome } = from({ cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '192.0.2.1/32'] });
    expect(
      ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0', '192.0.2.0', '192.0.2.1', '192.0.2.2'].map(
        (ip) => outcome(outside(ip), web),
      ),
    ).toEqual(['allowed', 'blocked', 'blocked', 'allowed', 'allowed', 'blocked', 'allowed']);
  });

  test('every prefix from /0 to /32 ends where it ends', () => {
    for (let prefix = 0; prefix <= 32; prefix++) {
      const { outcome } = from({ cidr: `128.0.0.0/${prefix}` });
      const size = 2 ** (32 - prefix);
      const first = prefix === 0 ? 0 : 2 ** 31;
      const ip = (value: number) =>
        [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
      expect(outcome(outside(ip(first)), web), `/${prefix}`).toBe('allowed');
      expect(outcome(outside(ip(first + size - 1)), web), `/${prefix}`).toBe('allowed');
      if (prefix > 0) expect(outcome(outside(ip(first - 1)), web), `/${prefix}`).toBe('blocked');
      if (prefix > 1) expect(outcome(outside(ip(first + size)), web), `/${prefix}`).toBe('blocked');
    }
  });

  test('bits below the prefix do not count', () => {
    expect(from({ cidr: '203.0.113.77/24' }).outcome(outside('203.0.113.1'), web)).toBe('allowed');
  });

  test('IPv6 in every way of writing, and never an IPv4 address', () => {
    const { outcome } = from({ cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] });
    expect(outcome(outside('2001:0db8:0:0:0:0:0:7'), web)).toBe('allowed');
    expect(outcome(outside('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'), web)).toBe('allowed');
    expect(outcome(outside('2001:db8:1::9'), web)).toBe('blocked');
    expect(outcome(outside('2001:db9::'), web)).toBe('blocked');
    expect(from({ cidr: '::/0' }).outcome(outside('10.0.0.1'), web)).toBe('blocked');
    expect(from({ cidr: '0.0.0.0/0' }).outcome(outside('::1'), web)).toBe('blocked');
  });

  test('for the address of a pod it depends on the network plugin', () => {
    const { ask } = from({ cidr: '10.1.0.0/16' });
    expect(ask(api, web)).toMatchObject({ outcome: 'cni-dependent' });
    expect(ask(api, web).text).toContain('that depends on the network plugin');
    expect(ask(end('shop/api', { status: { podIP: '10.2.0.1' } }), web).outcome).toBe('blocked');
  });
});

describe('ports', () => {
  const into = (ports: object[]) => asked([policy('in', { ...all, ingress: [{ ports }] })]);

  test('the protocol is TCP where none is named', () => {
    expect(into([{ port: 53 }]).outcome(api, web, 'TCP 53')).toBe('allowed');
    expect(into([{ port: 53 }]).outcome(api, web, 'UDP 53')).toBe('blocked');
  });

  test('a port of TCP denies the same of UDP and SCTP', () => {
    expect(into([{ port: 53, protocol: 'UDP' }]).outcome(api, web, 'UDP 53')).toBe('allowed');
    expect(into([{ port: 53, protocol: 'UDP' }]).outcome(api, web, 'SCTP 53')).toBe('blocked');
  });

  test('a protocol without a port means all of its ports', () => {
    expect(into([{ protocol: 'SCTP' }]).outcome(api, web, 'SCTP 65535')).toBe('allowed');
    expect(into([{ protocol: 'SCTP' }]).outcome(api, web, 'TCP 1')).toBe('blocked');
  });

  test('endPort is the last of the range', () => {
    const { outcome } = into([{ port: 8080, endPort: 8090 }]);
    expect([8079, 8080, 8090, 8091].map((port) => outcome(api, web, port))).toEqual([
      'blocked',
      'allowed',
      'allowed',
      'blocked',
    ]);
    expect(into([{ port: 8080, endPort: 8080 }]).outcome(api, web, 8080)).toBe('allowed');
  });

  const named = (port: number, protocol = 'TCP') => ({
    spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: port, protocol }] }] },
  });

  test('a name is that of the destination, pod by pod', () => {
    const { outcome } = into([{ port: 'http' }]);
    expect(outcome(api, end('shop/web', named(8080)), 8080)).toBe('allowed');
    expect(outcome(api, end('shop/web', named(8080)), 8081)).toBe('blocked');
    expect(outcome(api, end('shop/other', named(9090)), 9090)).toBe('allowed');
    expect(outcome(api, web, 8080)).toBe('blocked');
  });

  test('a name in an egress rule is that of the destination, too, and means nothing outside the cluster', () => {
    const { outcome } = asked([
      policy('out', { ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] }),
    ]);
    expect(outcome(web, end('team/x', named(7000)), 7000)).toBe('allowed');
    expect(outcome(end('shop/web', named(7000)), other, 7000)).toBe('blocked');
    expect(outcome(web, outside('203.0.113.7'), 80)).toBe('blocked');
  });

  test('a name counts with its protocol', () => {
    expect(into([{ port: 'http' }]).outcome(api, end('shop/web', named(8080, 'UDP')), 'UDP 8080')).toBe(
      'blocked',
    );
    expect(
      into([{ port: 'http', protocol: 'UDP' }]).outcome(api, end('shop/web', named(8080, 'UDP')), 'UDP 8080'),
    ).toBe('allowed');
  });

  test('a name on a native sidecar depends on the network plugin, one on an init container that ends means nothing', () => {
    const init = (restartPolicy?: string) =>
      end('shop/web', {
        spec: {
          containers: [],
          initContainers: [
            { name: 'linkerd-proxy', restartPolicy, ports: [{ name: 'linkerd-proxy', containerPort: 4143 }] },
          ],
        },
      });
    const { outcome } = into([{ port: 'linkerd-proxy' }]);
    expect(outcome(api, init('Always'), 4143)).toBe('cni-dependent');
    expect(outcome(api, init(), 4143)).toBe('blocked');
  });
});

describe('pods that are none like the others', () => {
  const host = {
    spec: { hostNetwork: true, containers: [] },
    status: { podIP: '192.168.0.9', hostIP: '192.168.0.9' },
  };

  test('whether a policy applies to a pod on the network of its node is undefined', () => {
    const { ask, outcome } = asked([policy('deny', { ...all, policyTypes: ['Ingress', 'Egress'] })]);
    expect(ask(other, end('shop/node', host))).toMatchObject({ outcome: 'undetermined' });
    expect(outcome(end('shop/node', host), other)).toBe('undetermined');
    expect(asked([policy('all', { ...all, ingress: [{}] })]).outcome(other, end('shop/node', host))).toBe(
      'allowed',
    );
  });

  test('to others it has the address of its node: no selector surely takes it, and an ipBlock does', () => {
    const select = asked([policy('in', { ...all, ingress: [{ from: [{ podSelector: {} }] }] })]);
    expect(select.outcome(end('shop/node', host), web)).toBe('undetermined');
    expect(select.outcome(end('team/node', host), web)).toBe('blocked');
    const block = asked([
      policy('in', { ...all, ingress: [{ from: [{ ipBlock: { cidr: '192.168.0.0/24' } }] }] }),
    ]);
    expect(block.outcome(end('shop/node', host), web)).toBe('allowed');
  });

  test("what comes from the pod's own node is always let in", () => {
    const { ask, outcome } = asked([policy('deny', all)]);
    expect(ask(outside('192.168.0.1'), web)).toMatchObject({
      outcome: 'allowed',
      text: 'shop/web always takes in what comes from its own node',
    });
    expect(outcome(outside('192.168.0.2'), web)).toBe('blocked');
    expect(outcome(outside('192.168.0.1', '192.168.0.2'), web)).toBe('blocked');
    expect(
      outcome(end('team/node', { spec: { hostNetwork: true }, status: { podIP: '192.168.0.1' } }), web),
    ).toBe('allowed');
  });

  test('the API server is no pod: all namespaces are not enough, an ipBlock or no from is', () => {
    const webhook = (ingress: object) =>
      asked([
        policy('in', { ...all, ingress: [{ ...ingress, ports: [{ port: 8443 }] }] }, 'linkerd'),
      ]).outcome(
        { type: 'outside', name: 'the API server', addresses: ['192.168.0.100'], complete: false },
        end('linkerd/injector'),
        8443,
      );
    expect(webhook({ from: [{ namespaceSelector: {} }] })).toBe('blocked');
    expect(webhook({ from: [{ ipBlock: { cidr: '192.168.0.0/24' } }] })).toBe('allowed');
    expect(webhook({})).toBe('allowed');
    expect(webhook({ from: [{ ipBlock: { cidr: '172.16.0.0/16' } }] })).toBe('undetermined');
  });

  test('a pod that has ended is no peer', () => {
    const { outcome } = asked([]);
    expect(outcome(end('shop/job', { status: { phase: 'Succeeded' } }), web)).toBe('undetermined');
    expect(outcome(web, end('shop/job', { status: { phase: 'Failed' } }))).toBe('undetermined');
  });

  test('a pod without an address: selectors take it, of an ipBlock nobody knows', () => {
    const early = end('shop/api', { status: { podIP: '', phase: 'Pending' } });
    expect(
      asked([policy('in', { ...all, ingress: [{ from: [{ podSelector: {} }] }] })]).outcome(early, web),
    ).toBe('allowed');
    expect(
      asked([policy('in', { ...all, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })]).outcome(
        early,
        web,
      ),
    ).toBe('undetermined');
  });
});

describe('policies that are not evaluated', () => {
  const cilium = { kind: 'CiliumNetworkPolicy', namespace: 'team', name: 'x' };
  const admin = { kind: 'AdminNetworkPolicy', namespace: '', name: 'first' };

  test('one of the whole cluster leaves every flow undetermined, and is named', () => {
    const { ask } = asked([policy('deny', all)], { foreign: [admin] });
    expect(ask(other, web).outcome).toBe('undetermined');
    expect(ask(other, web).text).toMatch(
      /^AdminNetworkPolicy first is not evaluated; of the NetworkPolicies alone: NetworkPolicy shop\/deny selects/,
    );
  });

  test('one of a namespace leaves the flows of its pods undetermined', () => {
    const { outcome } = asked([policy('deny', all)], { foreign: [cilium] });
    expect(outcome(other, end('linkerd/x'))).toBe('undetermined');
    expect(outcome(api, web)).toBe('blocked');
  });
});

describe('how a verdict is told', () => {
  test('it names the policy, the pod, and that no rule allows the flow', () => {
    const { ask } = asked([policy('deny', { ...all, policyTypes: ['Egress'] })]);
    expect(ask(web, end('linkerd/identity'), 8080).text).toBe(
      'NetworkPolicy shop/deny selects shop/web for Egress, but shop/web to TCP 8080 of linkerd/identity is not allowed by any egress rule, for there is none',
    );
  });

  test('it names the rule that came closest, and what in it did not match', () => {
    const { ask } = asked([
      policy('a', {
        ...all,
        ingress: [
          { from: [{ podSelector: { matchLabels: { app: 'db' } } }], ports: [{ port: 1 }] },
          {
            from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }],
            ports: [{ port: 8080 }, { port: 'http', protocol: 'UDP' }],
          },
        ],
      }),
      policy('b', {
        ...all,
        ingress: [
          { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 4143 }] },
        ],
      }),
    ]);
    const verdict = ask(other, web, 4143);
    expect(verdict.directions[1]).toMatchObject({
      policies: ['shop/a', 'shop/b'],
      rule: 'shop/a spec.ingress[1]',
      outcome: 'blocked',
    });
    expect(verdict.text).toBe(
      'NetworkPolicies shop/a and shop/b select shop/web for Ingress, but team/web to TCP 4143 of shop/web is not allowed by any ingress rule; spec.ingress[1] comes closest, and means only TCP 8080, UDP http',
    );
    expect(ask(end('linkerd/x'), web, 4143).text).toMatch(
      /spec\.ingress\[0\] comes closest, and means only 10\.0\.0\.0\/8 without 10\.1\.0\.0\/16$/,
    );
  });

  test('what is allowed names the rule that allows it', () => {
    expect(asked([policy('in', { ...all, ingress: [{ ports: [{ port: 80 }] }] })]).ask(other, web).text).toBe(
      'NetworkPolicy shop/in, spec.ingress[0], lets team/web to TCP 80 of shop/web through',
    );
  });
});
