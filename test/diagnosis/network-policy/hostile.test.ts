/** Policies that no API server would take, or that a newer one understands: never guessed at. */
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../../src/diagnosis/network-policy/read-policy.ts';
import { asked, end, policy } from './world.ts';

const web = end('shop/web');
const api = end('shop/api');

/** [what is wrong, the spec, the path that is named]. */
const broken: readonly (readonly [string, unknown, string])[] = [
  ['a spec that is no mapping', 'all', 'spec'],
  ['a selector that is a list', { podSelector: [] }, 'spec.podSelector'],
  [
    'a label that is a number',
    { podSelector: { matchLabels: { app: 1 } } },
    'spec.podSelector.matchLabels.app',
  ],
  [
    'a key that is none',
    { podSelector: { matchLabels: { 'a b': 'x' } } },
    'spec.podSelector.matchLabels.a b',
  ],
  [
    'a value that is none',
    { podSelector: { matchLabels: { app: '-x' } } },
    'spec.podSelector.matchLabels.app',
  ],
  [
    'an operator that is none',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } },
    'spec.podSelector.matchExpressions.0',
  ],
  [
    'In without values',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] } },
    'spec.podSelector.matchExpressions.0',
  ],
  [
    'Exists with values',
    { podSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] } },
    'spec.podSelector.matchExpressions.0',
  ],
  ['a selector with a slip', { podSelector: { matchLabel: { app: 'x' } } }, 'spec.podSelector.matchLabel'],
  ['policyTypes that are none', { policyTypes: ['ingress'] }, 'spec.policyTypes'],
  ['rules that are no list', { ingress: {} }, 'spec.ingress'],
  ['a rule that is a text', { ingress: ['all'] }, 'spec.ingress.0'],
  ['a rule with a slip', { ingress: [{ form: [] }] }, 'spec.ingress.0.form'],
  ['peers that are no list', { ingress: [{ from: { podSelector: {} } }] }, 'spec.ingress.0.from'],
  ['a peer that means nothing', { ingress: [{ from: [{}] }] }, 'spec.ingress.0.from.0'],
  [
    'an ipBlock beside a selector',
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] }] },
    'spec.ingress.0.from.0',
  ],
  [
    'a peer that only a newer API knows',
    { ingress: [{ from: [{ services: {} }] }] },
    'spec.ingress.0.from.0.services',
  ],
  ['no CIDR', { ingress: [{ from: [{ ipBlock: {} }] }] }, 'spec.ingress.0.from.0.ipBlock.cidr'],
  [
    'an address without a prefix',
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1' } }] }] },
    'spec.ingress.0.from.0.ipBlock.cidr',
  ],
  [
    'a prefix of 33',
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/33' } }] }] },
    'spec.ingress.0.from.0.ipBlock.cidr',
  ],
  [
    'a prefix of 129',
    { ingress: [{ from: [{ ipBlock: { cidr: 'fd00::/129' } }] }] },
    'spec.ingress.0.from.0.ipBlock.cidr',
  ],
  [
    'a byte of 256',
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.256.0/24' } }] }] },
    'spec.ingress.0.from.0.ipBlock.cidr',
  ],
  [
    'an IPv6 address with two gaps',
    { ingress: [{ from: [{ ipBlock: { cidr: 'fd00::1::/64' } }] }] },
    'spec.ingress.0.from.0.ipBlock.cidr',
  ],
  [
    'an exception outside of the block',
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/8'] } }] }] },
    'spec.ingress.0.from.0.ipBlock.except.0',
  ],
  [
    'an exception that is the block',
    { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }] }] },
    'spec.ingress.0.from.0.ipBlock.except.0',
  ],
  [
    'an exception of the other family',
    { ingress: [{ from: [{ ipBlock: { cidr: '::/0', except: ['10.0.0.0/8'] } }] }] },
    'spec.ingress.0.from.0.ipBlock.except.0',
  ],
  [
    'a port that is a number in quotes',
    { ingress: [{ ports: [{ port: '80' }] }] },
    'spec.ingress.0.ports.0.port',
  ],
  ['port 0', { ingress: [{ ports: [{ port: 0 }] }] }, 'spec.ingress.0.ports.0.port'],
  ['port 65536', { ingress: [{ ports: [{ port: 65536 }] }] }, 'spec.ingress.0.ports.0.port'],
  ['half a port', { ingress: [{ ports: [{ port: 80.5 }] }] }, 'spec.ingress.0.ports.0.port'],
  [
    'endPort below port',
    { ingress: [{ ports: [{ port: 80, endPort: 79 }] }] },
    'spec.ingress.0.ports.0.endPort',
  ],
  ['endPort without port', { ingress: [{ ports: [{ endPort: 79 }] }] }, 'spec.ingress.0.ports.0.endPort'],
  [
    'endPort after a name',
    { ingress: [{ ports: [{ port: 'http', endPort: 79 }] }] },
    'spec.ingress.0.ports.0.endPort',
  ],
  [
    'a protocol that is none',
    { ingress: [{ ports: [{ protocol: 'tcp', port: 80 }] }] },
    'spec.ingress.0.ports.0.protocol',
  ],
  ['a port that is a number', { ingress: [{ ports: [80] }] }, 'spec.ingress.0.ports.0'],
];

describe('what cannot be read is named with its place, and nothing is guessed', () => {
  test.each(broken)('%s', (_what, spec, path) => {
    const found: string[] = [];
    readPolicy(policy('p', spec), (where) => found.push(where.join('.')));
    expect(found).toContain(path);
    expect(asked([policy('p', spec)]).outcome(api, web, 80)).toBe('undetermined');
  });
});

test('values of any type at any place never throw, and never allow what a plain denial denies', () => {
  const odd = [null, 0, 1, '', 'x', true, [], {}, [null], [[]], [{}], { a: 1 }];
  for (const one of odd) {
    for (const spec of [
      one,
      { podSelector: one },
      { policyTypes: one },
      { ingress: one },
      { ingress: [one] },
      { ingress: [{ from: one, ports: one }] },
      { ingress: [{ from: [one], ports: [one] }] },
      { ingress: [{ from: [{ ipBlock: one }] }] },
      { ingress: [{ from: [{ ipBlock: { cidr: one, except: one } }] }] },
      { ingress: [{ ports: [{ port: one, endPort: one, protocol: one }] }] },
    ]) {
      expect(['allowed', 'blocked', 'undetermined', 'cni-dependent']).toContain(
        asked([policy('p', spec)]).outcome(api, web),
      );
    }
    expect(() => asked([one as object])).not.toThrow();
  }
});

describe('an unreadable part counts only where it could matter', () => {
  const bad = policy('bad', {
    podSelector: {},
    ingress: [{ from: [{ ipBlock: { cidr: 'x' } }], ports: [{ port: 80 }] }],
  });

  test('another policy that allows the flow is enough', () => {
    const good = policy('good', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] });
    expect(asked([bad, good]).outcome(api, web, 80)).toBe('allowed');
  });

  test('a port that the broken rule does not mean stays blocked', () => {
    expect(asked([bad]).outcome(api, web, 80)).toBe('undetermined');
    expect(asked([bad]).outcome(api, web, 81)).toBe('blocked');
  });

  test('another namespace does not care', () => {
    expect(asked([bad]).outcome(api, end('team/web'), 80)).toBe('allowed');
  });

  test('a policy of which nobody knows whether it selects the pod: allowed only if it would allow', () => {
    const selects = (ingress: object[]) => policy('unsure', { podSelector: 'x', ingress });
    expect(asked([selects([{}])]).outcome(api, web)).toBe('allowed');
    expect(asked([selects([{ ports: [{ port: 1 }] }])]).outcome(api, web, 80)).toBe('undetermined');
    expect(asked([selects([{}]), policy('deny', { podSelector: {} })]).outcome(api, web)).toBe(
      'undetermined',
    );
  });
});
