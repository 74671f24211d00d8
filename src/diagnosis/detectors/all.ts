/** Every detector there is. A new one is a file beside this one and a line here; each code has a page in `docs/findings`. */
import type { Detector } from '../detector.ts';
import { clockSkewDetector } from './clock-skew.ts';
import { injectorDetector } from './injector.ts';
import { issuerDetector } from './issuer.ts';
import { otherTrustRootDetector } from './other-trust-root.ts';
import { silentlyUnmeshedDetector } from './silently-unmeshed.ts';
import { trustAnchorsDetector } from './trust-anchors.ts';
import { webhookCallsDetector } from './webhook-calls.ts';
import { webhookCertificatesDetector } from './webhook-certificates.ts';
import { webhookStalePodDetector } from './webhook-stale-pod.ts';

export const detectors: readonly Detector[] = [
  clockSkewDetector,
  injectorDetector,
  issuerDetector,
  otherTrustRootDetector,
  silentlyUnmeshedDetector,
  trustAnchorsDetector,
  webhookCallsDetector,
  webhookCertificatesDetector,
  webhookStalePodDetector,
];
