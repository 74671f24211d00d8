/** The ports that a rule means. */
import type { PolicyPod, PolicyPort, Rule } from './model.ts';
import { allPorts, MAX_PORT, noPorts, type PortSet, portsOf, unitePorts } from './ports.ts';

/** Whether its ports differ from destination to destination. */
export const hasNames = ({ ports }: Rule): boolean => ports?.some(({ type }) => type === 'name') === true;

/** The ports of a rule, its names those of the destination. Undefined: outside the cluster, where no name means anything. */
export function rulePorts({ ports }: Rule, destination: PolicyPod | undefined): PortSet {
  if (ports === undefined) return allPorts;
  return ports.map((port) => portSet(port, destination)).reduce(unitePorts, noPorts);
}

function portSet(port: PolicyPort, destination: PolicyPod | undefined): PortSet {
  switch (port.type) {
    case 'unreadable':
      return noPorts;
    case 'protocol':
      return portsOf(port.protocol, [[1, MAX_PORT]]);
    case 'numbers':
      return portsOf(port.protocol, [[port.from, port.to]]);
    case 'name':
      return portsOf(
        port.protocol,
        (destination?.ports ?? [])
          .filter(({ name, protocol }) => name === port.name && protocol === port.protocol)
          .map((each) => [each.port, each.port]),
      );
  }
}
