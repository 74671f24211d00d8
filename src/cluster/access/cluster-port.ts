/** Which cluster this is, and whether it still is the same one. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { parse } from 'yaml';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { systemTiming, type Timing } from '../backoff.ts';
import { sendPatiently } from '../patient.ts';
import type { ClusterPin, ClusterPort, PinCheck, PinResult } from '../port.ts';
import { connect } from './connection.ts';
import type { CredentialPlugins } from './credential-plugins.ts';
import { explainFailure, explainStatus } from './explain.ts';
import { type Problem, readKubeconfig, type Selected, selectContext } from './kubeconfig.ts';
import { kubeconfigFiles } from './kubeconfig-files.ts';

/** Somebody waits for the answer, and sees nothing of the waiting: a server that asks for a long pause is asked sooner. */
const brief: Timing = {
  ...systemTiming,
  sleep: (ms, signal) => systemTiming.sleep(Math.min(ms, 3_000), signal),
};

type Env = Readonly<Record<string, string | undefined>>;

/** The real thing. `env` gives KUBECONFIG and the proxy settings. */
export function createClusterPort(
  env: Env = process.env,
  plugins?: CredentialPlugins,
  home = homedir(),
): ClusterPort {
  return {
    async pin({ kubeconfig, context }) {
      const files = kubeconfigFiles(kubeconfig, env, home);
      const config = readKubeconfig(files, kubeconfig !== undefined);
      if ('message' in config) return { ok: false, ...config };
      const selected = selectContext(config, context);
      if ('message' in selected) return { ok: false, ...selected };
      return pinSelected(selected, env, plugins);
    },
    check: (kubeconfigFile, pin) => check(kubeconfigFile, pin, env, plugins),
  };
}

async function pinSelected(
  selected: Selected,
  env: Env,
  plugins: CredentialPlugins | undefined,
): Promise<PinResult> {
  const { server, authority, context, practice, yaml } = selected;
  const found = await readIdentity(yaml, server, authority, env, plugins);
  if ('message' in found) return { ok: false, ...found };
  const name = stripToLine(context) || stripToLine(selected.clusterName);
  return { ok: true, pin: { context, server, uid: found.uid, name, practice }, kubeconfig: yaml };
}

/**
 * The UID of the namespace `kube-system`, which lives as long as its cluster. Who may not read it gets a fingerprint of the server's
 * address and certificate authority instead, told apart by its prefix `server:`.
 */
async function readIdentity(
  yaml: string,
  server: string,
  authority: string | undefined,
  env: Env,
  plugins: CredentialPlugins | undefined,
): Promise<{ readonly uid: string } | Problem> {
  const api = connect(yaml, env, plugins);
  try {
    const answer = await sendPatiently(api, { path: '/api/v1/namespaces/kube-system' }, brief);
    if (answer.status === 403) return { uid: serverFingerprint(server, authority) };
    if (answer.status !== 200) return explainStatus(answer, server);
    const uid = uidOf(answer.body);
    if (uid !== undefined) return { uid };
    return {
      message: `What answers at ${server} does not speak the Kubernetes API.`,
      fix: 'Check the server in the kubeconfig; a login page or a proxy may be in between.',
    };
  } catch (error) {
    return explainFailure(error, server);
  } finally {
    api.close();
  }
}

/** Whether a pin rests on the server's address, for want of permission to read `kube-system`: weaker than a UID. */
function isFingerprint(uid: string): boolean {
  return uid.startsWith('server:');
}

function serverFingerprint(server: string, authority: string | undefined): string {
  return `server:${createHash('sha256')
    .update(`${server}\n${authority ?? ''}`)
    .digest('hex')
    .slice(0, 32)}`;
}

function uidOf(body: string): string | undefined {
  try {
    const { metadata } = JSON.parse(body) as { metadata?: { uid?: unknown } };
    return typeof metadata?.uid === 'string' && metadata.uid !== '' ? metadata.uid : undefined;
  } catch {
    return undefined;
  }
}

async function check(
  file: string,
  pin: ClusterPin,
  env: Env,
  plugins: CredentialPlugins | undefined,
): Promise<PinCheck> {
  let yaml: string;
  try {
    yaml = await readFile(file, 'utf8');
  } catch (error) {
    const message = `The session's kubeconfig ${file} cannot be read: ${(error as Error).message}.`;
    return { type: 'unreachable', message };
  }
  const cluster = clusterOf(yaml);
  if (cluster === undefined) {
    return {
      type: 'unreachable',
      message: `The session's kubeconfig ${file} was changed and cannot be used.`,
    };
  }
  const found = await readIdentity(yaml, cluster.server, cluster.authority, env, plugins);
  if ('message' in found) return { type: 'unreachable', message: `${found.message} ${found.fix}` };
  if (found.uid === pin.uid) return { type: 'same' };
  if (isFingerprint(found.uid) && !isFingerprint(pin.uid)) {
    // The same right that let us read the UID at the start is gone: that says nothing about which cluster it is.
    return {
      type: 'unreachable',
      message: `The cluster at ${cluster.server} no longer lets you read the namespace kube-system, by which it is told from others. Ask for that permission, then retry.`,
    };
  }
  return { type: 'different', uid: found.uid };
}

/** The one cluster in a session's own kubeconfig. */
function clusterOf(
  yaml: string,
): { readonly server: string; readonly authority: string | undefined } | undefined {
  try {
    const { clusters } = parse(yaml) as { clusters?: { cluster?: Record<string, unknown> }[] };
    const { server, 'certificate-authority-data': authority } = clusters?.[0]?.cluster ?? {};
    if (typeof server !== 'string') return undefined;
    return { server, authority: typeof authority === 'string' ? authority : undefined };
  } catch {
    return undefined;
  }
}
