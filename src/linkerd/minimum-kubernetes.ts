/** The oldest Kubernetes that a Linkerd release runs on: `minAPIVersion` in `pkg/k8s/k8s.go` of each release. */

/** The N of Kubernetes 1.N for Linkerd 2.`line`. */
export function minimumKubernetesMinor(line: number): number {
  return line >= 20 ? 31 : line >= 18 ? 23 : line >= 15 ? 22 : line >= 12 ? 21 : line >= 11 ? 17 : 16;
}
