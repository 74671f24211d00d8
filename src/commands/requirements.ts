/** What a runbook needs of this machine and this cluster, looked at before anything starts. */

import { checkAccess } from '../cluster/access/access.ts';
import type { CredentialPlugins } from '../cluster/access/credential-plugins.ts';
import type { ClusterPin } from '../cluster/port.ts';
import type { PermissionRequirement, Requirement, Runbook } from '../runbook/model.ts';
import { inRange, toSemver } from '../runbook/versions.ts';
import type { RequirementResult } from '../screens/services.ts';
import { findTool, toolVersion } from '../shell/tools.ts';
import type { Environment } from './environment.ts';

export interface Surroundings {
  /** With the PATH that the commands will have. */
  readonly environment: Environment;
  readonly cluster: { readonly pin: ClusterPin; readonly kubeconfig: string } | undefined;
  readonly plugins?: CredentialPlugins;
}

/** All requirements of a runbook, in the order in which an operator would mend them. */
export async function checkRequirements(
  runbook: Runbook,
  around: Surroundings,
): Promise<readonly RequirementResult[]> {
  const tools = runbook.requires.map((requirement) => checkTool(requirement, around.environment));
  return [...(await Promise.all(tools)), ...(await permissions(runbook.permissions, around))];
}

const howToGet: Readonly<Record<string, string>> = {
  kubectl: 'Install kubectl: https://kubernetes.io/docs/tasks/tools/',
  helm: 'Install helm: https://helm.sh/docs/intro/install/',
  linkerd: 'Download the linkerd CLI of the version you run: https://github.com/linkerd/linkerd2/releases',
  jq: 'Install jq with the package manager of this machine.',
};

async function checkTool({ tool, range }: Requirement, environment: Environment): Promise<RequirementResult> {
  const what = range === '*' ? tool : `${tool} ${range}`;
  const path = findTool(tool, environment);
  if (path === undefined) {
    const fix = howToGet[tool] ?? `Install ${tool}, or put it on the PATH.`;
    return { what, status: 'missing', detail: `${tool} is not on the PATH`, fix };
  }
  const found = await toolVersion(tool, path, environment);
  if (!found.ok) {
    return range === '*'
      ? { what, status: 'ok', detail: path }
      : { what, status: 'unknown', detail: found.why, fix: `Run ${path} by hand to see why.` };
  }
  if (range === '*') return { what, status: 'ok', detail: `${found.version}, ${path}` };
  if (toSemver(found.version) === undefined) {
    const detail = `the version ${found.version} cannot be compared with ${range}`;
    return { what, status: 'unknown', detail };
  }
  return inRange(found.version, range)
    ? { what, status: 'ok', detail: `${found.version}, ${path}` }
    : {
        what,
        status: 'unsuitable',
        detail: `${path} is ${found.version}`,
        fix: howToGet[tool] ?? `Install a version of ${tool} that fits ${range}.`,
      };
}

async function permissions(
  wanted: readonly PermissionRequirement[],
  { cluster, plugins }: Surroundings,
): Promise<readonly RequirementResult[]> {
  if (wanted.length === 0) return [];
  const what = ({ verb, resource, namespace }: PermissionRequirement) =>
    `may ${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
  if (!cluster) {
    return wanted.map((each) => ({ what: what(each), status: 'unknown', detail: 'no cluster was reached' }));
  }
  const answers = await checkAccess(cluster.kubeconfig, wanted, process.env, plugins);
  return wanted.map((each, index) => {
    const answer = answers[index];
    if (answer?.type === 'allowed') return { what: what(each), status: 'ok', detail: 'allowed' };
    if (answer?.type === 'denied') {
      const fix = `Ask for a role that lets you ${each.verb} ${each.resource}.`;
      return { what: what(each), status: 'denied', detail: answer.why || 'the cluster says no', fix };
    }
    return { what: what(each), status: 'unknown', detail: answer?.why ?? 'the cluster did not say' };
  });
}
