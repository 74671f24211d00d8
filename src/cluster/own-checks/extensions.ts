/** Extensions: every namespace with the label `linkerd.io/extension`. */
import type { CheckLine } from '../../linkerd/check-report.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { type CheckContext, core } from './context.ts';
import { failure, judged, listed, unseen, warning, writer } from './lines.ts';
import { podsOf, upToDate } from './proxies.ts';
import { isRolledOut } from './rollouts.ts';

/** A category for each extension: its workloads, and whether their proxies are there and up to date. */
export async function extensionLines(context: CheckContext): Promise<readonly CheckLine[]> {
  const { look, hints } = context;
  const found = await look.listMetadata(core('namespaces'), 'linkerd.io/extension');
  if (found.type !== 'found') {
    const why = found.type === 'unseen' ? found.why : 'The cluster has no namespaces.';
    return [writer('linkerd-extension-checks', hints)('extensions can be seen', 'extensions', unseen(why))];
  }
  const lines: CheckLine[] = [];
  for (const { metadata } of found.value) {
    const name = stripToLine(metadata.labels?.['linkerd.io/extension'] ?? '');
    lines.push(...(await linesOf(context, name, metadata.name)));
  }
  return lines;
}

async function linesOf(
  context: CheckContext,
  extension: string,
  namespace: string,
): Promise<readonly CheckLine[]> {
  const line = writer(`linkerd-${extension}`, context.hints);
  const id = (what: string) => `l5d-${extension}-${what}`;
  // Only multicluster carries traffic; without the others the mesh works.
  const severity = extension === 'multicluster' ? failure : warning;
  const [rollouts, pods] = await Promise.all([context.rollouts(namespace), podsOf(context, namespace)]);
  const running = id('pods-running');
  return [
    ...(rollouts.type === 'found' && rollouts.value.length > 0
      ? rollouts.value.map((one) =>
          line(`${one.ref.name} is rolled out`, running, isRolledOut(one, severity)),
        )
      : [
          line(
            `${extension} extension is rolled out`,
            running,
            judged(rollouts, 'There is nothing in it.', () => warning('There is nothing in it.')),
          ),
        ]),
    line(
      `${extension} extension pods are injected`,
      id('pods-injection'),
      judged(pods, 'There are no pods.', (all) => {
        const bare = all.filter(
          ({ meshOf, ownerKind, deleting }) => meshOf === '' && ownerKind !== 'Job' && !deleting,
        );
        return bare.length === 0
          ? 'ok'
          : warning(listed(['Without a proxy:', ...bare.map(({ name }) => name)]));
      }),
    ),
    line(`${extension} extension proxies are up-to-date`, id('proxy-cp-version'), upToDate(context, pods)),
  ];
}
