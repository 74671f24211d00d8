/** What we may do on a cluster, and which version it has. Nothing here throws. */

import { type Connection, connect, type KubeconfigSource } from './connection.ts';
import type { CredentialPlugins } from './credential-plugins.ts';
import { explainFailure, explainStatus, quote } from './explain.ts';

interface Access {
  readonly verb: string;
  /** As for `kubectl auth can-i`: `pods`, `deployments.apps`, `pods/log`, `*`. */
  readonly resource: string;
  /** Absent: in all namespaces, or for what has none. */
  readonly namespace?: string;
}

type AccessAnswer =
  | { readonly type: 'allowed' }
  | { readonly type: 'denied'; readonly why: string }
  | { readonly type: 'unknown'; readonly why: string };

type Env = Readonly<Record<string, string | undefined>>;

const atOnce = 8;

/** Asks the cluster by SelfSubjectAccessReview, one answer for each access, in order. */
export async function checkAccess(
  kubeconfig: KubeconfigSource,
  wanted: readonly Access[],
  env: Env = process.env,
  plugins?: CredentialPlugins,
): Promise<readonly AccessAnswer[]> {
  const api = connect(kubeconfig, env, plugins);
  try {
    return await reviewAll(api, wanted);
  } finally {
    api.close();
  }
}

/** The same over a connection that is open. */
export async function reviewAll(
  api: Connection,
  wanted: readonly Access[],
): Promise<readonly AccessAnswer[]> {
  const answers: AccessAnswer[] = [];
  for (let start = 0; start < wanted.length; start += atOnce) {
    const batch = wanted.slice(start, start + atOnce);
    answers.push(...(await Promise.all(batch.map((access) => review(api, access)))));
  }
  return answers;
}

async function review(api: Connection, access: Access): Promise<AccessAnswer> {
  try {
    const answer = await api.send({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: attributes(access) },
      },
    });
    if (answer.status !== 200 && answer.status !== 201) {
      return { type: 'unknown', why: explainStatus(answer, api.server).message };
    }
    return readReview(answer.body);
  } catch (error) {
    return { type: 'unknown', why: explainFailure(error, api.server).message };
  }
}

function attributes({ verb, resource, namespace }: Access): Record<string, string> {
  const [path = '', subresource] = resource.split('/', 2);
  const dot = path.indexOf('.');
  const [name, group] = dot < 0 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)];
  return {
    verb,
    resource: name,
    // A bare name is of the core group; only `*` means every group.
    group: name === '*' && dot < 0 ? '*' : group || (dot < 0 ? groupOf(name) : ''),
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** The groups of the resources that are named without one most, as kubectl finds them by discovery. */
const groups: Readonly<Record<string, readonly string[]>> = {
  apps: ['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'controllerrevisions'],
  batch: ['jobs', 'cronjobs'],
  policy: ['poddisruptionbudgets'],
  'networking.k8s.io': ['networkpolicies', 'ingresses', 'ingressclasses'],
  'rbac.authorization.k8s.io': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  'apiextensions.k8s.io': ['customresourcedefinitions', 'crds'],
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  'apiregistration.k8s.io': ['apiservices'],
  autoscaling: ['horizontalpodautoscalers'],
  'coordination.k8s.io': ['leases'],
  'discovery.k8s.io': ['endpointslices'],
  'storage.k8s.io': ['storageclasses'],
};

function groupOf(resource: string): string {
  return Object.entries(groups).find(([, names]) => names.includes(resource))?.[0] ?? '';
}

function readReview(body: string): AccessAnswer {
  try {
    const { status } = JSON.parse(body) as {
      status?: { allowed?: unknown; denied?: unknown; reason?: unknown; evaluationError?: unknown };
    };
    if (status?.allowed === true) return { type: 'allowed' };
    const error = typeof status?.evaluationError === 'string' ? quote(status.evaluationError) : '';
    if (typeof status?.allowed !== 'boolean') {
      return { type: 'unknown', why: error || 'the cluster gave no answer' };
    }
    // An authorizer that could not evaluate has not said no.
    if (error !== '' && status.denied !== true) return { type: 'unknown', why: error };
    return { type: 'denied', why: typeof status.reason === 'string' ? quote(status.reason) : '' };
  } catch {
    return { type: 'unknown', why: "the answer was not the Kubernetes API's" };
  }
}

type ServerVersion =
  | { readonly ok: true /** E.g. `1.34.1`. */; readonly version: string }
  | { readonly ok: false; readonly why: string };

/** The version of the API server. `kubeconfig` is its text. */
export async function serverVersion(kubeconfig: string, env: Env = process.env): Promise<ServerVersion> {
  const api = connect(kubeconfig, env);
  try {
    const answer = await api.send({ path: '/version' });
    if (answer.status !== 200) return { ok: false, why: explainStatus(answer, api.server).message };
    const { gitVersion } = JSON.parse(answer.body) as { gitVersion?: unknown };
    return typeof gitVersion === 'string'
      ? { ok: true, version: quote(gitVersion).replace(/^v/, '') }
      : { ok: false, why: 'The answer to /version holds no version.' };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, why: 'The answer to /version was not JSON.' };
    return { ok: false, why: explainFailure(error, api.server).message };
  } finally {
    api.close();
  }
}
