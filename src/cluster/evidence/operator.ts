/** What a preflight asks besides: what whoever asks may do, and what time it is on the API server. */
import { neededAccess } from '../../diagnosis/preflight/checks/permissions.ts';
import type { ObjectPart, OperatorEvidence, Snapshot } from '../../diagnosis/snapshot.ts';
import { createView } from '../../diagnosis/view.ts';
import { reviewAll } from '../access/access.ts';
import { type Connection, connect, type KubeconfigSource } from '../access/connection.ts';
import type { CredentialPlugins } from '../access/credential-plugins.ts';
import { explainFailure } from '../access/explain.ts';
import type { ClusterApi } from '../api.ts';
import { type CollectOptions, collectSnapshot } from './collect-snapshot.ts';

/** What a diagnosis does without, and a preflight does not. */
const preflightParts: readonly ObjectPart[] = [
  'clusterRoles',
  'clusterRoleBindings',
  'roleBindings',
  'podSecurityPolicies',
];

/** As whom the cluster is asked. */
export interface Asking {
  readonly kubeconfig: KubeconfigSource;
  /** Gives the proxy settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly plugins?: CredentialPlugins;
}

/** Everything that a preflight looks at; without `asking` nobody is asked about. Rejects with the reason of the signal where that is aborted, and for nothing else. */
export async function collectForPreflight(
  api: ClusterApi,
  asking: Asking | undefined,
  options: Omit<CollectOptions, 'only' | 'besides'>,
): Promise<Snapshot> {
  const snapshot = await collectSnapshot(api, { ...options, besides: preflightParts });
  return asking === undefined ? snapshot : { ...snapshot, operator: await askOperator(asking, snapshot) };
}

/** Which permissions are asked about depends on where control planes and extensions are. */
async function askOperator(
  { kubeconfig, env, plugins }: Asking,
  snapshot: Snapshot,
): Promise<OperatorEvidence> {
  const wanted = neededAccess(createView(snapshot));
  const connection = connect(kubeconfig, env, plugins);
  try {
    const [answers, clock] = await Promise.all([reviewAll(connection, wanted), clockOf(connection)]);
    const access = wanted.map((one, index) => {
      const answer = answers[index];
      return {
        ...one,
        answer: answer?.type ?? 'unknown',
        why: answer === undefined || answer.type === 'allowed' ? '' : answer.why,
      } as const;
    });
    return { access: { state: 'read', value: access }, clock };
  } finally {
    connection.close();
  }
}

/** The Date of an answer is in whole seconds; of its way there and back the middle is taken. */
async function clockOf(connection: Connection): Promise<OperatorEvidence['clock']> {
  const sentAt = Date.now();
  try {
    const { headers } = await connection.send({ path: '/version' });
    const at = Date.parse(headers.date ?? '');
    if (Number.isNaN(at)) {
      return { state: 'unread', why: 'failed', message: 'The API server does not say what time it is.' };
    }
    const machine = new Date((sentAt + Date.now()) / 2).toISOString();
    return { state: 'read', value: { server: new Date(at).toISOString(), machine } };
  } catch (error) {
    return {
      state: 'unread',
      why: 'unreachable',
      message: explainFailure(error, connection.server).message,
    };
  }
}
