/** Holds what we say of rollouts to what the real `kubectl rollout status` says of them. */
import { kubectlVerdict } from '../../src/rollout/kubectl-status.ts';
import type { WorkloadFacts } from '../../src/rollout/model.ts';
import type { Tools } from '../helpers/kubectl.ts';

const target = ({ kind, name }: WorkloadFacts) => `${kind.toLowerCase()}/${name}`;

/**
 * Every difference between us and kubectl about workloads that are in the cluster as given here; none where they agree.
 * Those without an error are asked for together, in calls of 50: without `--watch` kubectl prints a line for each of them.
 */
export async function differences(tools: Tools, workloads: readonly WorkloadFacts[]): Promise<string[]> {
  const found: string[] = [];
  const ask = (some: readonly WorkloadFacts[]) => {
    const namespace = some[0]!.namespace;
    return tools.kubectl(['-n', namespace, 'rollout', 'status', '--watch=false', ...some.map(target)]);
  };
  const told = workloads.filter((each) => !kubectlVerdict(each).error);
  for (let start = 0; start < told.length; start += 50) {
    const some = told.slice(start, start + 50);
    const { code, stdout, stderr } = await ask(some);
    if (code !== 0) found.push(`exit code ${code}: ${stderr}`);
    const lines = stdout.trimEnd().split('\n');
    some.forEach((each, index) => {
      const { message } = kubectlVerdict(each);
      if (lines[index] !== message) found.push(`${target(each)}: we "${message}", kubectl "${lines[index]}"`);
    });
    if (lines.length !== some.length) found.push(`${some.length} workloads, ${lines.length} lines`);
  }
  for (const each of workloads.filter((one) => kubectlVerdict(one).error)) {
    const { code, stdout, stderr } = await ask([each]);
    const { message } = kubectlVerdict(each);
    if (code !== 1 || stdout !== '' || stderr.trim() !== `error: ${message}`)
      found.push(`${target(each)}: we "error: ${message}", kubectl ${code} "${stdout}${stderr}"`);
  }
  return found;
}
