import { describe, expect, it } from 'vitest';
import { hasProxy, injectionMode, injectPod, proxyVersionOf } from '../../src/linkerd/injection.ts';

const context = {
  version: 'stable-2.14.10',
  controlPlaneNamespace: 'linkerd',
  trustAnchors: 'PEM',
  anchorHash: 'abc',
  by: 'linkerd/proxy-injector',
  namespace: 'shop',
  owner: { kind: 'Deployment', name: 'web' },
};
const pod = (annotations: Record<string, string> = {}) => ({
  metadata: { name: 'web-1', annotations },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
});
const named = (list: { name: string }[]): string[] => list.map(({ name }) => name);

describe('injection', () => {
  it('puts the proxy first, with the labels by which Linkerd finds its pods', () => {
    const before = pod({ 'linkerd.io/inject': 'enabled' });
    const after = injectPod(before, context);
    expect(named(after.spec.containers)).toEqual(['linkerd-proxy', 'app']);
    expect(proxyVersionOf(after)).toBe('stable-2.14.10');
    expect(after.metadata).toMatchObject({
      labels: {
        'linkerd.io/control-plane-ns': 'linkerd',
        'linkerd.io/workload-ns': 'shop',
        'linkerd.io/proxy-deployment': 'web',
      },
      annotations: {
        'linkerd.io/created-by': 'linkerd/proxy-injector stable-2.14.10',
        'linkerd.io/trust-root-sha256': 'abc',
      },
    });
    expect(hasProxy(before)).toBe(false);
  });

  it('puts it last before 2.11, and among the init containers from 2.20 on', () => {
    const old = injectPod(pod(), { ...context, version: 'stable-2.10.2' });
    expect(named(old.spec.containers)).toEqual(['app', 'linkerd-proxy']);
    const native = injectPod(pod(), { ...context, version: 'edge-26.8.1' });
    expect(named(native.spec.containers)).toEqual(['app']);
    expect(hasProxy(native)).toBe(true);
    expect(proxyVersionOf(native)).toBe('edge-26.8.1');
  });

  it('keeps a pinned version', () => {
    const pinned = injectPod(pod({ 'config.linkerd.io/proxy-version': 'stable-2.13.7' }), context);
    expect(proxyVersionOf(pinned)).toBe('stable-2.13.7');
    const byNamespace = injectPod(pod(), {
      ...context,
      namespaceAnnotations: { 'config.linkerd.io/proxy-version': 'stable-2.12.6' },
    });
    expect(proxyVersionOf(byNamespace)).toBe('stable-2.12.6');
  });

  it('is asked for by the pod, or else by its namespace', () => {
    expect(injectionMode(pod(), { 'linkerd.io/inject': 'enabled' })).toBe('enabled');
    expect(injectionMode(pod({ 'linkerd.io/inject': 'disabled' }), { 'linkerd.io/inject': 'enabled' })).toBe(
      undefined,
    );
    expect(injectionMode(pod({ 'linkerd.io/inject': 'ingress' }))).toBe('ingress');
    expect(injectionMode(pod())).toBe(undefined);
  });

  it('reads no version off an image that is named by digest', () => {
    const byDigest = {
      spec: { containers: [{ name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy@sha256:ab' }] },
    };
    expect(proxyVersionOf(byDigest)).toBe(undefined);
    const withPort = { spec: { containers: [{ name: 'linkerd-proxy', image: 'localhost:5000/proxy' }] } };
    expect(proxyVersionOf(withPort)).toBe(undefined);
  });
});
