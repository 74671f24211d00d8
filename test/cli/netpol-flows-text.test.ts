/** How the flows of Linkerd look on a terminal, and in a file. */
import { expect, test } from 'vitest';
import { flowsText } from '../../src/commands/netpol/print-flows.ts';
import type { LinkerdFlow } from '../../src/diagnosis/network-policy/linkerd-model.ts';

const text =
  'NetworkPolicy linkerd/deny selects linkerd/linkerd-identity for Ingress, but shop/web to TCP 8080 of linkerd/linkerd-identity is not allowed by any ingress rule';
const flow = (outcome: LinkerdFlow['outcome']): LinkerdFlow => ({
  group: 'control-plane',
  from: 'every meshed pod',
  to: 'linkerd/identity',
  protocol: 'TCP',
  port: 8080,
  outcome,
  verdict: { outcome, directions: [], text },
  sources: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }],
  destinations: [],
  breaks: 'the proxy gets no certificate and never becomes ready',
  asks: [],
});

test('a sentence is broken between words where the terminal ends, and stays whole in a file', () => {
  const lines = flowsText([flow('allowed'), flow('blocked')], 80).split('\n');
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines.slice(0, 3)).toEqual([
    'blocked        every meshed pod to TCP 8080 of linkerd/identity',
    '               shop/web[Deployment]',
    '               NetworkPolicy linkerd/deny selects linkerd/linkerd-identity for',
  ]);
  expect(lines.at(-2)).toBe('allowed        every meshed pod to TCP 8080 of linkerd/identity');
  expect(flowsText([flow('blocked')], undefined).split('\n')[2]).toBe(`               ${text}`);
});
