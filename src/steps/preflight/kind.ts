import { type PreflightGroup, preflightGroups } from '../../diagnosis/preflight/model.ts';
import { resolveTarget } from '../../linkerd/path/target.ts';
import type { PerformContext, Performed, PerformingKind } from '../../state/kind.ts';
import {
  type CheckResult,
  type CheckRunning,
  categoryTexts,
  cleanText,
  resultOf,
  verdictText,
} from '../check/result.ts';
import { filledOrRaw, fillIn } from '../fill-in.ts';
import { reportOf } from './lines.ts';
import { type PreflightSpec, preflightSchema } from './schema.ts';

/** What has to be so before an upgrade, looked at anew with each attempt. */
export const preflightKind: PerformingKind<PreflightSpec> = {
  way: 'performs',
  schema: preflightSchema,
  tellsAll: true,
  describe: ({ groups, to }, values) =>
    `Look whether ${groups === undefined ? 'all is' : `this is`} fit for an upgrade${to === undefined || filledOrRaw(to, values) === '' ? '' : ` to ${filledOrRaw(to, values)}`}${groups === undefined ? '' : `: ${namesOf(groups)}`}.`,
  async perform({ groups, to }, context) {
    const target = targetOf(to, context.values);
    if (!target.ok) return { ok: false, detail: target.why };
    if (context.api === undefined) return { ok: false, detail: 'This session has no cluster.' };
    const running: CheckRunning = {
      type: 'running',
      by: 'preflight',
      startedAt: context.clock.now(),
      at: groups === undefined ? '' : namesOf(groups),
      lines: [],
    };
    context.progress({ progress: running });
    const result = await look(groups, target.release, context);
    for (const text of categoryTexts(result)) await context.note(text);
    const verdict = verdictText(result);
    await context.note(`${verdict}${cleanText(result)}`, result);
    return { ok: result.ok, detail: verdict } satisfies Performed;
  },
};

const namesOf = (groups: readonly PreflightGroup[]) =>
  groups.map((group) => preflightGroups[group]).join(', ');

type Target =
  | { readonly ok: true; readonly release: string | undefined }
  | { readonly ok: false; readonly why: string };

function targetOf(to: string | undefined, values: Readonly<Record<string, string>>): Target {
  if (to === undefined) return { ok: true, release: undefined };
  const filled = fillIn(to, values);
  if (!filled.ok) return { ok: false, why: `The parameter ${filled.missing} has no value.` };
  // A parameter that may be left open.
  if (filled.text === '') return { ok: true, release: undefined };
  const release = resolveTarget(filled.text);
  return typeof release === 'string' ? { ok: true, release } : { ok: false, why: release.reason };
}

/** The cluster is read and asked here; what it takes is loaded with the first look. */
async function look(
  groups: readonly PreflightGroup[] | undefined,
  target: string | undefined,
  { api, kubeconfigFile, cluster, env, signal, clock }: PerformContext,
): Promise<CheckResult> {
  const [{ collectForPreflight }, { pinnedCluster }, { preflight }, { toolVersions }] = await Promise.all([
    import('../../cluster/evidence/operator.ts'),
    import('../../cluster/evidence/pinned.ts'),
    import('../../diagnosis/preflight/run.ts'),
    import('../../shell/tool-versions.ts'),
  ]);
  const asking = kubeconfigFile === undefined ? undefined : { kubeconfig: { file: kubeconfigFile }, env };
  const snapshot = await collectForPreflight(api!, asking, {
    cluster: pinnedCluster(cluster),
    tools: toolVersions(env),
    ...(target === undefined ? {} : { walk: { target } }),
    signal,
    now: clock.now,
  });
  return resultOf('preflight', reportOf(preflight(snapshot, groups)), []);
}
