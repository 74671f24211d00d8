/** What to do where an init container of Linkerd fails; undefined for any other. */
export function initAdvice(container: string): string | undefined {
  switch (container) {
    case 'linkerd-init':
      return 'linkerd-init sets iptables rules: it needs NET_ADMIN and NET_RAW, perhaps proxyInit.runAsRoot or another iptablesMode; or use the Linkerd CNI plugin.';
    case 'linkerd-network-validator':
      return 'The Linkerd CNI plugin has not redirected this pod’s traffic: check linkerd-cni on its node and that the plugin is in the CNI chain there, then delete the pod.';
    default:
      return undefined;
  }
}
