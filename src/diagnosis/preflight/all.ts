/** Every check there is, in the order of their groups. A new one is a file in `checks` and a line here. */
import { backupCheck } from './checks/backup.ts';
import { budgetsCheck } from './checks/budgets.ts';
import { issuerCheck, trustAnchorsCheck, webhookCertificatesCheck } from './checks/certificates.ts';
import { clocksCheck } from './checks/clocks.ts';
import { controlPlaneCheck } from './checks/control-plane.ts';
import { extensionsCheck, linksCheck } from './checks/extensions.ts';
import {
  definitionsCheck,
  gatewayApiCheck,
  meshedCheck,
  policiesCheck,
  proxiesCheck,
  routesCheck,
  storedVersionsCheck,
} from './checks/found.ts';
import { highAvailabilityCheck } from './checks/high-availability.ts';
import { kubeSystemCheck } from './checks/kube-system.ts';
import { apiServerCallsCheck, networkPoliciesCheck } from './checks/network.ts';
import { architectureCheck, runtimeCheck } from './checks/nodes.ts';
import { nodesCheck, spreadCheck } from './checks/nodes-for-replicas.ts';
import { metricsCheck, tapCheck } from './checks/observability.ts';
import { ownerCheck, storedSettingsCheck } from './checks/owner.ts';
import { permissionsCheck } from './checks/permissions.ts';
import { protocolsCheck } from './checks/protocols.ts';
import { redirectionCheck } from './checks/redirection.ts';
import {
  controlPlaneResourcesCheck,
  destinationMemoryCheck,
  proxyResourcesCheck,
} from './checks/resources.ts';
import { rollingCheck } from './checks/rolling.ts';
import { roomCheck } from './checks/room.ts';
import { helmCheck, kubectlCheck, linkerdToolCheck } from './checks/tools.ts';
import { kubernetesCheck, wayCheck } from './checks/versions.ts';
import type { PreflightCheck } from './model.ts';

export const preflightChecks: readonly PreflightCheck[] = [
  kubernetesCheck,
  wayCheck,
  linkerdToolCheck,
  kubectlCheck,
  helmCheck,
  ownerCheck,
  storedSettingsCheck,
  definitionsCheck,
  storedVersionsCheck,
  gatewayApiCheck,
  trustAnchorsCheck,
  issuerCheck,
  webhookCertificatesCheck,
  clocksCheck,
  controlPlaneCheck,
  highAvailabilityCheck,
  nodesCheck,
  spreadCheck,
  budgetsCheck,
  kubeSystemCheck,
  controlPlaneResourcesCheck,
  proxyResourcesCheck,
  destinationMemoryCheck,
  roomCheck,
  runtimeCheck,
  architectureCheck,
  redirectionCheck,
  networkPoliciesCheck,
  apiServerCallsCheck,
  protocolsCheck,
  policiesCheck,
  routesCheck,
  proxiesCheck,
  meshedCheck,
  rollingCheck,
  extensionsCheck,
  linksCheck,
  metricsCheck,
  tapCheck,
  permissionsCheck,
  backupCheck,
];
