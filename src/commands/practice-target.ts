/** The cluster that was chosen is the practice cluster, and it does not run. What it brings along is loaded only where one was named. */
export async function practiceIsDown({ kubeconfig }: { readonly kubeconfig?: string }): Promise<boolean> {
  if (kubeconfig === undefined) return false;
  const { practiceKubeconfig, practiceStatus } = await import('../practice/practice-control.ts');
  return kubeconfig === practiceKubeconfig() && !(await practiceStatus()).running;
}
