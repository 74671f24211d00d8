import type { KubeObject } from '../kube-client.ts';
import type { Obstacle } from './connectivity.ts';
import type { Line } from './log-line.ts';

const seconds = (from: number, at: number) => ((at - from) / 1000).toFixed(6).padStart(12, ' ');

/** What a proxy says at its start, and when it stops. */
export function proxyLines(
  pod: KubeObject,
  from: number,
  ready: boolean,
  waitsFor: Obstacle | undefined,
): Line[] {
  const plane = pod.metadata.labels?.['linkerd.io/control-plane-ns'] ?? 'linkerd';
  const account = pod.spec.serviceAccountName ?? 'default';
  const identity = `${account}.${pod.metadata.namespace}.serviceaccount.identity.${plane}.cluster.local`;
  const say = (after: number, text: string): Line => ({
    at: from + after,
    text: `[${seconds(from, from + after)}s]  ${text}`,
  });
  const start = [
    say(1, 'INFO ThreadId(01) linkerd2_proxy: release'),
    say(3, 'INFO ThreadId(01) linkerd2_proxy::rt: Using single-threaded proxy runtime'),
    say(5, 'INFO ThreadId(01) linkerd2_proxy: Admin interface on 0.0.0.0:4191'),
    say(5, 'INFO ThreadId(01) linkerd2_proxy: Inbound interface on 0.0.0.0:4143'),
    say(5, 'INFO ThreadId(01) linkerd2_proxy: Outbound interface on 127.0.0.1:4140'),
    say(6, `INFO ThreadId(01) linkerd2_proxy: Local identity is ${identity}`),
  ];
  if (ready)
    return [
      ...start,
      say(40, `INFO ThreadId(02) daemon:identity: linkerd_app: Certified identity id=${identity}`),
    ];
  const service = `linkerd-identity-headless.${plane}.svc.cluster.local:8080`;
  return [
    ...start,
    ...[1100, 3200, 7400, 15_600].map((after) =>
      say(after, `WARN ThreadId(02) ${attempt(service, waitsFor)}`),
    ),
    ...[15_000, 30_000, 45_000].map((after) =>
      say(after, 'WARN ThreadId(01) linkerd_app: Waiting for identity to be initialized...'),
    ),
  ].sort((one, other) => one.at - other.at);
}

/** How an attempt to get a certificate ends. */
function attempt(service: string, waitsFor: Obstacle | undefined): string {
  const identity = `identity:identity{server.addr=${service}}:controller{addr=${service}}`;
  switch (waitsFor) {
    case 'blocked':
      return `${identity}:endpoint{addr=${service}}: linkerd_reconnect: Failed to connect error=connect timed out after 1s`;
    case 'no-dns':
      return `${identity}: linkerd_app_core::control: Failed to resolve control-plane component error=failed SRV and A record lookups: failed to resolve SRV record: request timed out; failed to resolve A record: request timed out`;
    default:
      return `daemon:identity: linkerd_reconnect: Failed to connect error=endpoint ${service}: connection refused`;
  }
}
