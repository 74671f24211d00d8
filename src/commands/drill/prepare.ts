/** Makes the cluster of a drill: a fresh practice cluster, broken as the drill says. */
import { practiceReset } from '../../practice/practice-control.ts';
import { STANDARD } from '../../practice/practice-settings.ts';
import type { Drill } from '../../runbook/drill.ts';
import { practiceInfo } from '../target.ts';
import { breakCluster } from './break-cluster.ts';

interface Preparing {
  readonly speed?: number | undefined;
  /** Hears what goes on. */
  readonly say: (text: string) => void;
}

/** Gives the kubeconfig of the cluster. Throws an OperatorError where it could not be had, or the fault not be made. */
export async function prepareCluster(
  { mesh = STANDARD.mesh, ha = false, fault }: Pick<Drill, 'mesh' | 'ha' | 'fault'>,
  { speed, say }: Preparing,
): Promise<string> {
  say('Making a fresh practice cluster ...\n');
  const fresh = { mesh, ha, size: STANDARD.size, ...(speed === undefined ? {} : { speed }) };
  const { kubeconfig, detail } = practiceInfo(await practiceReset(fresh));
  if (kubeconfig === undefined) throw new Error('a practice cluster without a kubeconfig');
  say(`  ${detail}\nBreaking something on it ...\n`);
  await breakCluster({ script: fault, kubeconfig });
  say('  done; what it is, you will meet\n\n');
  return kubeconfig;
}
