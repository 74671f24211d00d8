/** What a rollout waits for is often seen elsewhere, and nearer to its cause: by these findings. */

export const causesOfStuck: readonly string[] = [
  'helm-release-pending',
  'crd-missing',
  'crd-version-missing',
  'crd-not-established',
  'gateway-api-version',
  'control-plane-mixed-versions',
  'cni-version',
  'cni-not-ready',
  'network-validator-failed',
  'init-not-permitted',
  'probes-denied',
];
