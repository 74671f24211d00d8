import type { PerformingKind, PlanContext, Planned } from '../../state/kind.ts';
import { findPruned, leftWords } from './find.ts';
import { readManifests } from './manifests.ts';
import { performPrune } from './perform.ts';
import { planText } from './plan-text.ts';
import { labelOf, type PruneSpec, pruneSchema } from './schema.ts';

const commandMs = 5 * 60_000;
/** All that a control plane is rendered to is a tenth of it. */
const outputLimit = 16 * 1024 * 1024;

/**
 * Deletes what is no longer part of Linkerd. What a command lists is looked at in the cluster first: only what carries Linkerd's
 * label goes, a definition with resources only by itself, and each deletion is written down before it is sent.
 */
export const pruneKind: PerformingKind<PruneSpec> = {
  way: 'performs',
  schema: pruneSchema,
  describe,
  plan,
  perform: performPrune,
};

function describe({ what, list }: PruneSpec): string {
  const command = list?.trim();
  const listed = command === undefined || command.includes('\n') ? 'is listed' : `is listed by ${command}`;
  const source = list === undefined ? 'is not rendered any more' : listed;
  return what === 'definitions'
    ? `Delete definitions (CRDs) that have resources, and all of these resources, where the definition ${source}.`
    : `Delete what carries the label of Linkerd and ${source}. Definitions (CRDs) that have resources stay.`;
}

async function plan(spec: PruneSpec, { api, read }: PlanContext): Promise<Planned> {
  const impossible = (detail: string): Planned => ({ type: 'impossible', detail });
  if (!api) return impossible('This session has no cluster.');
  const mode = spec.list === undefined ? 'keep' : 'list';
  const { ending, output } = await read(spec.list ?? spec.keep ?? '', commandMs, outputLimit);
  if (ending.type !== 'exited' || !ending.ok) {
    const how = ending.type === 'exited' ? `ended with exit code ${ending.code}` : 'did not come to its end';
    return impossible(`The command that says what is to ${mode === 'list' ? 'go' : 'stay'} ${how}.`);
  }
  if (Buffer.byteLength(output) >= outputLimit) return impossible('The command printed more than 16 MiB.');
  const printed = readManifests(output);
  if (!printed.ok) return impossible(`What the command printed cannot be read: ${printed.why}.`);
  if (mode === 'keep' && printed.objects.length === 0)
    return impossible('The command that says what is to stay printed no object: all of Linkerd would go.');
  const home = { namespace: spec.namespace, label: labelOf(spec) };
  const found = await findPruned(api, { mode, named: printed.objects, what: spec.what, home });
  if (found.rows.length > 0) return { type: 'plan', plan: found, text: planText(found) };
  const rest = leftWords(found);
  const none = spec.what === 'plain' ? 'Nothing to prune.' : 'No definition that has resources is to go.';
  return { type: 'nothing', detail: rest === '' ? none : `${none} ${rest}` };
}
