/** A pod, or the template of pods, as the evaluator sees it. */
import { entry, type Json, record, records, text, textMap, whole } from '../../rollout/json.ts';
import type { NamedPort, PolicyPod } from './model.ts';
import { isProtocol } from './ports.ts';

/** Reads a Pod of the API. */
export function readPod(pod: Json): PolicyPod {
  const metadata = record(pod.metadata);
  const status = record(pod.status);
  return {
    ...readTemplate(entry(metadata, 'namespace') || 'default', entry(metadata, 'name'), pod),
    addresses: addressesOf(status, 'podIPs', 'podIP'),
    hostAddresses: addressesOf(status, 'hostIPs', 'hostIP'),
    completed: status.phase === 'Succeeded' || status.phase === 'Failed',
  };
}

/** Reads a pod template: what its pods will be, with no address yet. */
export function readTemplate(namespace: string, name: string, template: Json): PolicyPod {
  const spec = record(template.spec);
  return {
    namespace,
    name,
    labels: textMap(record(template.metadata).labels),
    addresses: [],
    hostAddresses: [],
    ports: [
      ...records(spec.containers).flatMap((container) => portsOf(container, false)),
      ...records(spec.initContainers)
        .filter(({ restartPolicy }) => restartPolicy === 'Always')
        .flatMap((container) => portsOf(container, true)),
    ],
    hostNetwork: spec.hostNetwork === true,
    completed: false,
  };
}

const portsOf = (container: Json, sidecar: boolean): readonly NamedPort[] =>
  records(container.ports).flatMap(({ name, containerPort, protocol: given }) => {
    const protocol = given ?? 'TCP';
    return isProtocol(protocol) && whole(containerPort) > 0
      ? [{ name: text(name), protocol, port: whole(containerPort), sidecar }]
      : [];
  });

function addressesOf(status: Json, list: string, single: string): readonly string[] {
  const all = records(status[list]).flatMap(({ ip }) => text(ip) || []);
  return all.length > 0 ? all : [text(status[single])].filter((one) => one !== '');
}
