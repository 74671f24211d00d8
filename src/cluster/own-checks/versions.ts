/** The API server and the control plane, by their versions. */
import type { CheckLine } from '../../linkerd/check-report.ts';
import { kubernetesSupport } from '../../linkerd/kubernetes-support.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import { type CheckContext, core } from './context.ts';
import { failure, judged, unseen, type Verdict, warning, writer } from './lines.ts';
import type { Seen } from './look.ts';

/** Categories `kubernetes-api` and `kubernetes-version`. */
export async function apiLines({
  look,
  version: linkerd = '',
  line,
  hints,
}: CheckContext): Promise<readonly CheckLine[]> {
  const support = kubernetesSupport(linkerd);
  const said = await look.raw('/version');
  const version = judged(said, 'There is no /version.', () => 'ok');
  return [
    // Who does not answer is a failure here, not something unseen: nothing else can be looked at.
    writer('kubernetes-api', hints)(
      'can query the Kubernetes API',
      'k8s-api',
      said.type === 'unseen' ? failure(said.why) : version,
    ),
    ...(support === undefined
      ? []
      : [
          writer('kubernetes-version', hints)(
            'is running the minimum Kubernetes API version',
            'k8s-version',
            recentEnough(said, line, support.enforced),
          ),
        ]),
  ];
}

function recentEnough(said: Seen<string>, line: number | undefined, wanted: number): Verdict {
  return judged(said, 'There is no /version.', (text) => {
    const found = /"gitVersion"\s*:\s*"v?(\d+)\.(\d+)/.exec(text);
    if (!found) return unseen('The answer to /version holds no version.');
    return Number(found[1]) > 1 || Number(found[2]) >= wanted
      ? 'ok'
      : failure(`Kubernetes is 1.${found[2]}, and Linkerd 2.${line} needs 1.${wanted} or later.`);
  });
}

/** Category `control-plane-version`. No other host is asked what the newest release is: it is compared with the one that is named. */
export function versionLines({ config, version, expected, hints }: CheckContext): readonly CheckLine[] {
  const line = writer('control-plane-version', hints);
  const anchor = 'l5d-version-control';
  const missing = 'There is no linkerd-config.';
  const known = judged(config, missing, () =>
    version === undefined ? failure('linkerd-config names no version.') : 'ok',
  );
  return [
    line('can retrieve the control plane version', anchor, known),
    ...(expected === undefined || known !== 'ok'
      ? []
      : [
          line(
            'control plane is up-to-date',
            anchor,
            version === expected ? 'ok' : warning(`It is ${version}, and not ${stripToLine(expected)}.`),
          ),
        ]),
  ];
}

/** Category `pre-kubernetes-setup`: before an installation. What may be created is not asked for here. */
export async function preLines({ look, namespace, hints }: CheckContext): Promise<readonly CheckLine[]> {
  const line = writer('pre-kubernetes-setup', hints);
  const there = await look.get(core('namespaces'), namespace);
  return [
    line(
      'control plane namespace does not already exist',
      'pre-ns',
      there.type === 'missing'
        ? 'ok'
        : there.type === 'unseen'
          ? unseen(there.why)
          : failure(`The namespace ${namespace} is there already.`),
    ),
    line(
      'can create what an installation needs',
      'pre-k8s',
      unseen('Only the linkerd tool tries it: put it on the PATH and check again.'),
    ),
  ];
}
