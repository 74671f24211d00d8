import { expect, test } from 'vitest';
import { proxyFor } from '../../src/cluster/access/proxy.ts';

const proxy = 'http://proxy.example:3128';

test.each([
  ['https://k8s.example', '', proxy],
  ['https://k8s.example', '*', undefined],
  ['https://k8s.example', 'example', undefined],
  ['https://k8s.example', '.example', undefined],
  ['https://example', '.example', proxy],
  ['https://notexample', 'example', proxy],
  ['https://k8s.example:6443', 'k8s.example:6443', undefined],
  ['https://k8s.example:6443', 'k8s.example:443', proxy],
  ['https://10.1.2.3', '10.0.0.0/8', undefined],
  ['https://11.1.2.3', ' 10.0.0.0/8 , 11.1.2.4', proxy],
  ['https://[fd00::1]', 'fd00::/8', undefined],
  ['https://[fd00::1]', 'fd00::1', undefined],
  ['https://127.0.0.1:6443', '', undefined],
  ['https://localhost', '', undefined],
  ['https://10.1.2.3', '10.0.0.0/nonsense', proxy],
  ['not a url', '', undefined],
])('%s with NO_PROXY=%s', (server, exempt, expected) => {
  expect(proxyFor(server, { HTTPS_PROXY: proxy, NO_PROXY: exempt })).toBe(expected);
  expect(proxyFor(server, { https_proxy: proxy, no_proxy: exempt })).toBe(expected);
});

test('each scheme has its own variable, and a bare host is a proxy over HTTP', () => {
  expect(proxyFor('http://k8s.example', { HTTPS_PROXY: proxy })).toBeUndefined();
  expect(proxyFor('http://k8s.example', { HTTP_PROXY: 'proxy:80' })).toBe('http://proxy:80');
});
