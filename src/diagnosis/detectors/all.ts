/** Every detector there is. A new one is a file beside this one and a line here; each code has a page in `docs/findings`. */
import type { Detector } from '../detector.ts';
import { clockSkewDetector } from './clock-skew.ts';
import { commandOutputDetector } from './command-output.ts';
import { controlPlaneMissingDetector, mixedVersionsDetector } from './control-plane.ts';
import { crdDetector, crdEstablishedDetector } from './crds.ts';
import { dataPlaneDetector } from './data-plane.ts';
import { gatewayApiDetector } from './gateway-api.ts';
import { injectorDetector } from './injector.ts';
import { issuerDetector } from './issuer.ts';
import { otherTrustRootDetector } from './other-trust-root.ts';
import { pinsDetector } from './pins.ts';
import { silentlyUnmeshedDetector } from './silently-unmeshed.ts';
import { storedVersionsDetector } from './stored-versions.ts';
import { stuckDetector } from './stuck.ts';
import { cliBehindDetector, cliWrongDetector } from './tools.ts';
import { trustAnchorsDetector } from './trust-anchors.ts';
import { webhookCallsDetector } from './webhook-calls.ts';
import { webhookCertificatesDetector } from './webhook-certificates.ts';
import { webhookStalePodDetector } from './webhook-stale-pod.ts';

export const detectors: readonly Detector[] = [
  cliBehindDetector,
  cliWrongDetector,
  clockSkewDetector,
  commandOutputDetector,
  controlPlaneMissingDetector,
  crdDetector,
  crdEstablishedDetector,
  dataPlaneDetector,
  gatewayApiDetector,
  injectorDetector,
  issuerDetector,
  mixedVersionsDetector,
  otherTrustRootDetector,
  pinsDetector,
  silentlyUnmeshedDetector,
  storedVersionsDetector,
  stuckDetector,
  trustAnchorsDetector,
  webhookCallsDetector,
  webhookCertificatesDetector,
  webhookStalePodDetector,
];
