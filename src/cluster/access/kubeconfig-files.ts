/** Where kubeconfig is looked for. Apart, because this is known before anything that reads YAML is loaded. */
import { join, resolve } from 'node:path';

/** The files that kubectl would read, in order. */
export function kubeconfigFiles(
  explicit: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): readonly string[] {
  if (explicit !== undefined) return [resolve(explicit)];
  const listed = (env.KUBECONFIG ?? '').split(':').filter((file) => file !== '');
  return listed.length > 0 ? listed.map((file) => resolve(file)) : [join(home, '.kube', 'config')];
}
