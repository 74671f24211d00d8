/** Every detector there is. A new one is a file beside this one and a line here; each code has a page in `docs/findings`. */
import type { Detector } from '../detector.ts';
import { retryAnnotationDetector, shadowedRouteDetector } from './beside-profile.ts';
import { clockSkewDetector } from './clock-skew.ts';
import { cniDetector } from './cni.ts';
import { commandOutputDetector } from './command-output.ts';
import { controlPlaneMissingDetector, mixedVersionsDetector } from './control-plane.ts';
import { crdOwnerDetector } from './crd-owner.ts';
import { crdDetector, crdEstablishedDetector } from './crds.ts';
import { dataPlaneDetector } from './data-plane.ts';
import { defaultDenyDetector } from './default-deny.ts';
import { extensionVersionsDetector } from './extension-versions.ts';
import { jaegerDetector, tapDetector } from './extensions.ts';
import { gatewayApiDetector } from './gateway-api.ts';
import { helmOwnershipDetector } from './helm-ownership.ts';
import { helmPendingDetector } from './helm-pending.ts';
import { initDetector, validatorDetector } from './init-containers.ts';
import { injectorDetector } from './injector.ts';
import { issuerDetector } from './issuer.ts';
import { jobProxyDetector } from './job-proxies.ts';
import { linksDetector } from './links.ts';
import { networkPolicyDetector } from './network-policy.ts';
import { metricsDetector, tapInjectionDetector } from './observability.ts';
import { otherTrustRootDetector } from './other-trust-root.ts';
import { pinsDetector } from './pins.ts';
import { policyLeaseDetector } from './policy-lease.ts';
import { probesDetector } from './probes.ts';
import { selectorDriftDetector } from './selector-drift.ts';
import { grpcServerDetector, invalidServerDetector } from './servers.ts';
import { profileDetector } from './service-profiles.ts';
import { silentlyUnmeshedDetector } from './silently-unmeshed.ts';
import { storedOverridesDetector } from './stored-overrides.ts';
import { storedVersionsDetector } from './stored-versions.ts';
import { stuckDetector } from './stuck.ts';
import { cliBehindDetector, cliWrongDetector } from './tools.ts';
import { collectorDetector } from './tracing.ts';
import { tracingLeftDetector } from './tracing-left.ts';
import { trustAnchorsDetector } from './trust-anchors.ts';
import { webhookCallsDetector } from './webhook-calls.ts';
import { webhookCertificatesDetector } from './webhook-certificates.ts';
import { webhookStalePodDetector } from './webhook-stale-pod.ts';

export const detectors: readonly Detector[] = [
  cliBehindDetector,
  cliWrongDetector,
  clockSkewDetector,
  cniDetector,
  collectorDetector,
  commandOutputDetector,
  controlPlaneMissingDetector,
  crdDetector,
  crdEstablishedDetector,
  crdOwnerDetector,
  dataPlaneDetector,
  defaultDenyDetector,
  extensionVersionsDetector,
  gatewayApiDetector,
  grpcServerDetector,
  helmOwnershipDetector,
  helmPendingDetector,
  initDetector,
  injectorDetector,
  invalidServerDetector,
  issuerDetector,
  jaegerDetector,
  jobProxyDetector,
  linksDetector,
  metricsDetector,
  mixedVersionsDetector,
  networkPolicyDetector,
  otherTrustRootDetector,
  pinsDetector,
  policyLeaseDetector,
  probesDetector,
  profileDetector,
  retryAnnotationDetector,
  selectorDriftDetector,
  shadowedRouteDetector,
  silentlyUnmeshedDetector,
  storedOverridesDetector,
  storedVersionsDetector,
  stuckDetector,
  tapDetector,
  tapInjectionDetector,
  tracingLeftDetector,
  trustAnchorsDetector,
  validatorDetector,
  webhookCallsDetector,
  webhookCertificatesDetector,
  webhookStalePodDetector,
];
