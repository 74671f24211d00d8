import { NETWORK_VALIDATOR, PROXY_CONTAINER } from '../../linkerd/proxy.ts';
import type { LogOptions } from '../api/options.ts';
import type { Clock } from '../clock.ts';
import type { KubeObject } from '../kube-client.ts';
import type { Connectivity } from './connectivity.ts';
import type { Line } from './log-line.ts';
import { proxyLines } from './proxy-log.ts';

/** A line every so often, for as long as a container has run; older ones than these many are lost. */
const BEAT_MS = 15_000;
const KEPT = 200;
/** So long a connection is tried, and a watch is then begun anew. */
const WATCH_MS = 30_000;

const iso = (at: number) => new Date(at).toISOString();
/** What linkerd-init says, and what it says where the node does not let it set iptables rules. */
function initLines(from: number, failed: boolean): Line[] {
  const asked = { at: from, text: 'level=info msg="/sbin/iptables-legacy-save -t nat"' };
  if (!failed)
    return [asked, { at: from + 40, text: 'level=info msg="redirecting inbound to 4143, outbound to 4140"' }];
  const refused = "Fatal: can't open lock file /run/xtables.lock: Permission denied";
  return [
    asked,
    {
      at: from + 20,
      text: 'level=info msg="iptables-save v1.8.8 (legacy): Cannot initialize: Permission denied (you must be root)"',
    },
    {
      at: from + 40,
      text: `level=error msg="aborting firewall configuration" error="exit status 4: ${refused}"`,
    },
  ];
}

/** What the validator of the CNI mode says: it connects to itself, or its traffic is not redirected. */
function validatorLines(from: number, over: number | undefined, failed: boolean): Line[] {
  const say = (at: number, level: string, text: string): Line => ({
    at,
    text: `${iso(at)} ${level} linkerd_network_validator: ${text}`,
  });
  const lines = [
    say(from, ' INFO', 'Listening for connections on 0.0.0.0:4140'),
    say(from + 1, ' INFO', 'Connecting to 1.1.1.1:20001'),
  ];
  if (over === undefined) return lines;
  if (!failed) return [...lines, say(over, ' INFO', 'Connection was redirected')];
  const sentence =
    'Failed to validate networking configuration. Please ensure iptables rules are rewriting traffic as expected.';
  return [...lines, say(over, 'ERROR', `${sentence} timeout=10s`)];
}

function applicationLines(name: string, from: number, until: number, ready: boolean): Line[] {
  const lines: Line[] = [
    { at: from, text: `level=info msg="starting" component=${name}` },
    { at: from + 350, text: `level=info msg="configuration read" component=${name}` },
  ];
  if (ready) lines.push({ at: from + 900, text: `level=info msg="ready" component=${name}` });
  const first = Math.max(from + BEAT_MS, until - ((until - from) % BEAT_MS) - (KEPT - 1) * BEAT_MS);
  for (let at = first; at <= until; at += BEAT_MS) {
    const handled = 20 + ((Math.floor(at / 1000) * 7919) % 80);
    lines.push({ at, text: `level=info msg="still serving" component=${name} requests=${handled}` });
  }
  return lines;
}

/** What the client of the API server says every half minute where nothing answers it. */
function watchLines(from: number, until: number): Line[] {
  const lines: Line[] = [];
  for (let at = from + WATCH_MS; at <= until && lines.length < KEPT; at += WATCH_MS) {
    const address = '10.96.0.1:443';
    const failed = `failed to list *v1.Pod: Get "https://${address}/api/v1/pods?limit=500&resourceVersion=0"`;
    const text = `level=error msg="${failed.replaceAll('"', '\\"')}: dial tcp ${address}: i/o timeout"`;
    lines.push({ at, text });
  }
  return lines;
}

/** The log of one run of a container, from what its status says of its life. */
function containerLog(
  pod: KubeObject,
  container: string,
  now: number,
  connectivity: Connectivity | undefined,
  previous = false,
): Line[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const status = statuses.find((each) => each.name === container);
  const ended = previous ? status?.lastState?.terminated : (status?.state?.terminated ?? undefined);
  const backingOff =
    !previous && status?.state?.waiting !== undefined ? status.lastState?.terminated : undefined;
  const run = ended ?? backingOff ?? (previous ? undefined : status?.state?.running);
  if (run === undefined) return [];
  const from = Date.parse(run.startedAt);
  const over = run.finishedAt === undefined ? undefined : Date.parse(run.finishedAt);
  const until = over ?? now;
  const failed = over !== undefined && run.exitCode !== 0;
  if (container === 'linkerd-init') return initLines(from, failed);
  if (container === NETWORK_VALIDATOR) return validatorLines(from, over, failed);
  const ready = over !== undefined || status?.ready === true;
  const waitsFor = ready ? undefined : connectivity?.obstacle(pod, container);
  const lines =
    container === PROXY_CONTAINER
      ? proxyLines(pod, from, ready, waitsFor)
      : [
          ...applicationLines(container, from, until, status?.ready === true),
          ...(waitsFor === undefined ? [] : watchLines(from, until)),
        ];
  const kept = lines.filter((line) => line.at <= until + 1000);
  if (over === undefined) return kept;
  const last =
    run.reason === 'OOMKilled'
      ? []
      : run.exitCode === 0
        ? [{ at: over, text: `level=info msg="done" component=${container}` }]
        : [{ at: over, text: `level=fatal msg="cannot go on" component=${container} exit=${run.exitCode}` }];
  return [...kept, ...last];
}

/** Serves `kubectl logs`: the lines so far, and with `follow` those to come, until the container or the wish for them ends. */
export async function* followLog(
  read: () => KubeObject | undefined,
  first: KubeObject,
  container: string,
  options: LogOptions,
  clock: Clock,
  connectivity?: Connectivity,
): AsyncIterable<string> {
  const shown = (line: Line) => (options.timestamps ? `${iso(line.at)} ${line.text}` : line.text);
  const cutoff = options.sinceSeconds === undefined ? 0 : clock.now() - options.sinceSeconds * 1000;
  const past = containerLog(first, container, clock.now(), connectivity, options.previous).filter(
    (line) => line.at >= cutoff,
  );
  let last = Math.max(0, ...past.map((line) => line.at));
  for (const line of options.tailLines === undefined
    ? past
    : past.slice(Math.max(past.length - options.tailLines, 0))) {
    yield shown(line);
  }
  while (options.follow && !options.previous && !options.signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000);
      options.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
    const pod = read();
    if (pod === undefined || options.signal.aborted) return;
    for (const line of containerLog(pod, container, clock.now(), connectivity)) {
      if (line.at <= last) continue;
      last = line.at;
      yield shown(line);
    }
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
  }
}
