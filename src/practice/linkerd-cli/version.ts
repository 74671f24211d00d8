import { flagValue, type Invocation, isOn } from './args.ts';
import { meshedPods, phaseOf, proxyVersion, serverVersion } from './cluster.ts';
import type { Session } from './io.ts';

/** `linkerd version`. A server that does not answer is `unavailable`, and no error. */
export async function version(session: Session, invocation: Invocation): Promise<void> {
  const short = isOn(invocation, 'short');
  const line = (label: string, text: string) => session.io.out(short ? `${text}\n` : `${label}: ${text}\n`);
  line('Client version', session.version);
  if (isOn(invocation, 'client')) return;
  const client = await session.client();
  const server = await serverVersion(client, session.namespace).catch(() => undefined);
  line('Server version', server ?? 'unavailable');
  if (!isOn(invocation, 'proxy')) return;
  const counts = new Map<string, number>();
  for (const pod of await meshedPods(client, session, flagValue(invocation, 'namespace'))) {
    if (phaseOf(pod) !== 'Running') continue;
    const found = proxyVersion(pod) ?? '';
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  if (counts.size === 0) session.io.out('Proxy versions: unavailable\n');
  else {
    session.io.out('Proxy versions:\n');
    for (const [found, pods] of counts) session.io.out(`\t${found} (${pods} pods)\n`);
  }
}
