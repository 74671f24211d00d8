/** Whose pods the proxy injector gives a proxy. */

/** Values of `linkerd.io/inject` that ask for a proxy (linkerd2, pkg/inject/report.go). */
export const asksForProxy = (mode: string | undefined): boolean => mode === 'enabled' || mode === 'ingress';

/** Namespaces that the injector is never asked about (charts/linkerd-control-plane/values.yaml, proxyInjector.namespaceSelector). */
export const neverInjected: ReadonlySet<string> = new Set(['kube-system', 'cert-manager']);

/** Whether the injector is asked about pods of a namespace with these labels: its webhook leaves some alone, and the control plane's. */
export const injectsInto = (labels: Readonly<Record<string, unknown>>): boolean =>
  labels['config.linkerd.io/admission-webhooks'] !== 'disabled' &&
  labels['linkerd.io/is-control-plane'] !== 'true';

/** The label of the CNI plugin's own pods, which get no proxy. */
export const CNI_RESOURCE = 'linkerd.io/cni-resource';
