/**
 * Health checks without Linkerd's own tool: the same questions by the same names, asked of the API directly. What may not be seen is
 * said, and stops nothing.
 */
import type { CheckLine, CheckReport } from '../../linkerd/check-report.ts';
import type { Rollout } from '../../rollout/model.ts';
import type { ClusterApi } from '../api.ts';
import { surveyCluster } from '../survey/survey-source.ts';
import { type CheckContext, configOf, versionFacts } from './context.ts';
import { configLines, existenceLines } from './control-plane.ts';
import { extensionLines } from './extensions.ts';
import { highAvailabilityLines } from './high-availability.ts';
import { identityLines } from './identity.ts';
import { writer } from './lines.ts';
import { lookAt, type Seen } from './look.ts';
import { controlPlaneProxyLines, dataPlaneLines } from './proxies.ts';
import { rolloutLines } from './rollouts.ts';
import { type CheckClock, rolloutsNow } from './rollouts-now.ts';
import { apiLines, preLines, versionLines } from './versions.ts';
import { webhookLines } from './webhooks.ts';

export interface OwnCheckOptions {
  /** Besides the control plane: all proxies, or those of one namespace. */
  readonly proxy: boolean;
  readonly dataPlane?: string;
  /** Before an installation. */
  readonly pre: boolean;
  readonly expectedVersion?: string;
  /** ms for which it is tried again while something fails. */
  readonly waitMs: number;
  readonly clock: CheckClock;
  readonly signal: AbortSignal;
  /** Told before each category, with what the ones before it gave. */
  readonly onCategory?: (lines: readonly CheckLine[], now: string) => void;
}

/** The control plane's namespace where none other is known. */
const USUAL_NAMESPACE = 'linkerd';
/** Between two tries. */
const RETRY_MS = 2_000;

type Step = readonly [name: string, lines: () => Promise<readonly CheckLine[]> | readonly CheckLine[]];

/** Failures that pass by themselves while something comes up: those that the tool tries again, by the anchors of their hints. */
const comesTrue =
  /#l5d-(?:existence-crd|api-control-ready|data-plane-ready|control-plane-replicas|[\w-]+-pods-running)$/;
const mayComeTrue = ({ result, hint = '' }: CheckLine) => result === 'error' && comesTrue.test(hint);

/** Makes all checks, again while something is not there yet and time is left. Never rejects for what a cluster does. */
export async function ownChecks(api: ClusterApi, options: OwnCheckOptions): Promise<CheckReport> {
  const { clock, waitMs, signal } = options;
  const until = clock.now() + waitMs;
  for (;;) {
    const checks = await attempt(api, options);
    if (!checks.some(mayComeTrue) || signal.aborted || clock.now() + RETRY_MS > until) return report(checks);
    await pause(clock, RETRY_MS, signal);
    if (signal.aborted) return report(checks);
  }
}

/**
 * The two questions that `linkerd check` does not ask, for a report of its own: whether each workload of the control plane is rolled
 * out, and whether all of them are of the version that is configured. It is content with one ready pod for each.
 */
export async function beyondTheTool(
  api: ClusterApi,
  options: Pick<OwnCheckOptions, 'clock' | 'signal'>,
): Promise<readonly CheckLine[]> {
  const context = await contextOf(api, { ...options, proxy: false, pre: false, waitMs: 0 });
  return rolloutLines(context, writer('control-plane-rollout', context.hints));
}

function report(checks: readonly CheckLine[]): CheckReport {
  return { success: checks.every(({ result }) => result !== 'error'), checks, rest: '', ends: [] };
}

async function contextOf(api: ClusterApi, options: OwnCheckOptions): Promise<CheckContext> {
  const { clock, signal, dataPlane, expectedVersion } = options;
  const look = lookAt(api);
  const namespace = await controlPlaneNamespace(look);
  const config = await configOf(look, namespace);
  const known = new Map<string, Promise<Seen<readonly Rollout[]>>>();
  return {
    look,
    now: clock.now(),
    namespace,
    dataPlane: dataPlane === '' ? undefined : dataPlane,
    expected: expectedVersion,
    config,
    ...versionFacts(config),
    rollouts(of) {
      const before = known.get(of);
      if (before) return before;
      const now = rolloutsNow(api, of, clock, signal);
      known.set(of, now);
      return now;
    },
    survey: async () => (await surveyCluster(api, { signal })).survey,
  };
}

/** The namespace that is marked as a control plane's (2.10 and later), where the usual one is not there. */
async function controlPlaneNamespace(look: CheckContext['look']): Promise<string> {
  const ref = { apiVersion: 'v1', resource: 'namespaces' };
  const usual = await look.get(ref, USUAL_NAMESPACE);
  if (usual.type !== 'missing') return USUAL_NAMESPACE;
  const marked = await look.listMetadata(ref, 'linkerd.io/is-control-plane=true');
  return (marked.type === 'found' ? marked.value[0]?.metadata.name : undefined) ?? USUAL_NAMESPACE;
}

async function attempt(api: ClusterApi, options: OwnCheckOptions): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  options.onCategory?.(lines, 'kubernetes-api');
  const context = await contextOf(api, options);
  // They take as long as all else together, and need nothing of it.
  const extensions = options.pre ? Promise.resolve([]) : extensionLines(context);
  // Should it fail before it is waited for, or where it is not waited for any more, that is no end of the program.
  extensions.catch(() => undefined);
  const steps: readonly Step[] = options.pre
    ? [['pre-kubernetes-setup', () => preLines(context)]]
    : [
        ['linkerd-config', () => configLines(context)],
        ['linkerd-existence', () => existenceLines(context)],
        ['linkerd-identity', () => identityLines(context)],
        ['linkerd-webhooks-and-apisvc-tls', () => webhookLines(context)],
        ['control-plane-version', () => versionLines(context)],
        ['linkerd-control-plane-proxy', () => controlPlaneProxyLines(context)],
        ...(options.proxy ? [['linkerd-data-plane', () => dataPlaneLines(context)] as const] : []),
        ['linkerd-ha-checks', () => highAvailabilityLines(context)],
        ['extensions', () => extensions],
      ];
  lines.push(...(await apiLines(context)));
  // Where nobody answers, and where there is no control plane, every further line would say the same.
  if (lines.some(({ category, result }) => category === 'kubernetes-api' && result === 'error')) return lines;
  for (const [name, step] of steps) {
    if (options.signal.aborted) return lines;
    options.onCategory?.([...lines], name);
    lines.push(...(await step()));
    const absent = (line: CheckLine) =>
      line.result === 'error' && line.description === 'control plane Namespace exists';
    if (lines.some(absent)) return lines.filter((line) => line.category !== 'linkerd-config' || absent(line));
  }
  return lines;
}

function pause(clock: CheckClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
