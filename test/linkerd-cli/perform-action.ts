import { readFile } from 'node:fs/promises';
import { openClusterApi } from '../../src/cluster/open-api.ts';
import type { KindAction } from '../../src/runbook/model.ts';
import { kindOf, type PerformContext, type PlanContext, plans, systemClock } from '../../src/state/kind.ts';
import type { ActionNote } from '../../src/state/session.ts';
import { kinds } from '../../src/steps/kinds.ts';
import type { Outcome } from './helpers.ts';

/**
 * Lets an action of a runbook do its work on the cluster of the environment's KUBECONFIG, with `shell` for its commands and the whole
 * of its plan agreed to. Gives all that it wrote down; throws where it ends badly.
 */
export async function performAction(
  action: KindAction,
  environment: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
  shell: (script: string) => Promise<Outcome>,
  runbooks: PerformContext['runbooks'] = {},
): Promise<string> {
  const kind = kindOf(kinds, action.kind);
  if (kind?.way !== 'performs') throw new Error(`${action.kind} does no work`);
  const api = openClusterApi(await readFile(environment.KUBECONFIG!, 'utf8'), environment);
  const notes: ActionNote[] = [];
  const read = async (script: string) => {
    const { code, out } = await shell(script);
    return { ending: { type: 'exited', code, ok: code === 0 } as const, output: out };
  };
  const around = {
    values,
    env: environment,
    cluster: undefined,
    api,
    clock: systemClock,
    signal: new AbortController().signal,
    progress: () => undefined,
    read,
    earlier: [],
  } satisfies PlanContext;
  try {
    const planned = plans(kind) ? await kind.plan(action.spec, around) : undefined;
    if (planned?.type === 'nothing') return planned.detail;
    if (planned?.type === 'impossible') throw new Error(planned.detail);
    const startedAt = Date.now();
    const context: PerformContext = {
      ...around,
      runbooks,
      at: { frame: 0, step: 'step', action: action.id },
      kubeconfigFile: environment.KUBECONFIG,
      plan: planned && { plan: planned.plan, excluded: [] },
      notes,
      startedAt,
      detail: '',
      lastSeenAt: startedAt,
      started: async () => startedAt,
      probe: async (script) => (await read(script)).ending,
      note: async (text, data) => void notes.push({ time: new Date().toISOString(), text, data }),
      onSteer: () => undefined,
    };
    const { ok, detail } = await kind.perform(action.spec, context);
    const told = [...notes.map(({ text }) => text), detail].join('\n');
    if (!ok) throw new Error(told);
    return told;
  } finally {
    api.close();
  }
}
