/** What a rollout waits for is often seen elsewhere, and nearer to its cause: by these findings. */
import type { ReasonCode } from '../../rollout/model.ts';

/** The webhook does not answer, or not so that the API server believes it. */
const ofWebhooks = [
  'injector-down',
  'webhook-ca-mismatch',
  'webhook-certificate-expired',
  'webhook-missing',
  'webhook-stale-pod',
  'webhook-unreachable',
  'network-policy-blocks-webhooks',
  'control-plane-missing',
  'control-plane-stuck',
];

/** The network of the pod is not set up so that its proxy can work. */
const ofThePodNetwork = ['cni-not-ready', 'cni-version', 'init-not-permitted', 'network-validator-failed'];

/** A container runs, and does not become ready, or ends again. */
const ofRunning = [
  'network-policy-blocks-control-plane',
  'network-policy-blocks-mesh',
  'issuer-expired',
  'issuer-untrusted',
  'issuer-key-unsupported',
  'trust-anchor-expired',
  'trust-anchors-differ',
  'other-trust-root',
  'clock-skew',
  'crd-missing',
  'crd-version-missing',
  'crd-not-established',
  'gateway-api-version',
  'default-deny-blocks',
  'probes-denied',
  'control-plane-missing',
  'control-plane-mixed-versions',
  'control-plane-stuck',
  'helm-release-pending',
  ...ofThePodNetwork,
];

/** Codes of findings that may be why a rollout is stuck for this reason. An image that is not there has nothing to do with a certificate. */
export function causesOf(reason: ReasonCode): readonly string[] {
  switch (reason) {
    case 'ADMISSION_WEBHOOK_FAILED':
    case 'ADMISSION_DENIED':
      return ofWebhooks;
    case 'POD_SECURITY_VIOLATION':
    case 'INIT_FAILED':
    case 'SANDBOX_OR_MOUNT':
      return ofThePodNetwork;
    case 'CRASH_LOOP':
    case 'PROXY_NOT_READY':
    case 'STARTUP_FAILING':
    case 'LIVENESS_KILLED':
    case 'READINESS_FAILING':
    case 'UNDETERMINED':
      return ofRunning;
    default:
      return [];
  }
}
