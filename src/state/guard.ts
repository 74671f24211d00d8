/** Before anything changes: is this still the cluster that the session was started on? */
import { whileBusy } from './busy.ts';
import type { Desk } from './desk.ts';
import type { ActionRef } from './event.ts';

/** A practice cluster never comes back: another one has another identity. */
const practiceGone =
  'The practice cluster was reset or ended; this session cannot go on: stop it and start anew.';

const asking = 'The cluster is being asked whether it is still the same one: wait for that, or pause.';

/** True where the change may go on; rejects with `Leave` where the session is left meanwhile. Otherwise the desk knows why not, and that is what is asked next. */
export async function guardCluster(desk: Desk, at: ActionRef): Promise<boolean> {
  const { cluster: pin } = desk.session;
  if (!pin) return true;
  // It may take long, or hang on a login: who leaves meanwhile does not wait for it.
  const detail = await whileBusy(desk, problem(desk, pin), () => desk.live({ notice: asking }));
  desk.wrongCluster = detail === undefined ? undefined : { at, detail };
  return detail === undefined;
}

async function problem(
  desk: Desk,
  pin: NonNullable<Desk['session']['cluster']>,
): Promise<string | undefined> {
  const { kubeconfigFile, ports } = desk.options;
  if (kubeconfigFile === undefined) {
    return `The session's own kubeconfig is missing, so nothing tells whether this is still ${pin.name}.`;
  }
  try {
    const check = await ports.cluster.check(kubeconfigFile, pin);
    switch (check.type) {
      case 'same':
        return undefined;
      case 'different':
        if (pin.practice) return practiceGone;
        return `This is not ${pin.name} any more: ${pin.server} answers as the cluster ${check.uid}, and the session was started on ${pin.uid}.`;
      case 'unreachable':
        if (pin.practice) return `${practiceGone} (${check.message})`;
        return `${pin.name} cannot be reached: ${check.message}`;
    }
  } catch (error) {
    return `${pin.name} could not be checked: ${error instanceof Error ? error.message : String(error)}`;
  }
}
