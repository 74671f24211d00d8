import { createClusterPort } from '../cluster/access/cluster-port.ts';
import type { ClusterApi } from '../cluster/api.ts';
import type { Asking } from '../cluster/evidence/operator.ts';
import { openClusterApi } from '../cluster/open-api.ts';
import type { ClusterPin } from '../cluster/port.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { practiceIsDown } from './practice-target.ts';
import { type ClusterOptions, chooseCluster } from './target.ts';
import { OperatorError } from './trouble.ts';

/** Lets `use` work with the chosen cluster and closes it. Throws an OperatorError where it cannot be reached. */
export async function withCluster<T>(
  options: ClusterOptions,
  use: (api: ClusterApi, pin: ClusterPin, asking: Asking) => Promise<T>,
): Promise<T> {
  const choice = await chooseCluster(options);
  if (await practiceIsDown(choice)) {
    throw new OperatorError('No practice cluster runs.', {
      fix: 'To start one: handrail practice up.',
      exitCode: exitCodes.notReady.code,
    });
  }
  const { plugins } = choice;
  const pinned = await createClusterPort(process.env, plugins).pin(choice);
  if (!pinned.ok) {
    throw new OperatorError(pinned.message, { fix: pinned.fix, exitCode: exitCodes.notReady.code });
  }
  const api = openClusterApi(pinned.kubeconfig, process.env, plugins === undefined ? {} : { plugins });
  try {
    const { kubeconfig } = pinned;
    return await use(api, pinned.pin, { kubeconfig, env: process.env, ...(plugins ? { plugins } : {}) });
  } finally {
    api.close();
  }
}
