import { core, refs } from '../cluster.ts';
import type { CheckContext } from './context.ts';
import { type Check, CheckFailure } from './model.ts';

/** Kinds that an install creates; reading them is all that the stand-in tries, the real tool asks for dry runs. */
const needed = [
  ['can create Namespaces', 'namespaces'],
  ['can create ServiceAccounts', 'serviceaccounts'],
  ['can create Services', 'services'],
  ['can create ConfigMaps', 'configmaps'],
  ['can create Secrets', 'secrets'],
] as const;

/** Category `pre-kubernetes-setup` of `check --pre`. */
export function preChecks(context: CheckContext): Check[] {
  return [
    {
      description: 'control plane namespace does not already exist',
      anchor: 'pre-ns',
      severity: 'error',
      run: async () => {
        if ((await context.client.get(refs.namespaces, context.namespace)) !== undefined) {
          throw new CheckFailure(`The "${context.namespace}" namespace already exists`);
        }
        return undefined;
      },
    },
    ...needed.map(
      ([description, resource]): Check => ({
        description,
        anchor: 'pre-k8s',
        severity: 'error',
        run: async () => {
          await context.client.list(core(resource));
          return undefined;
        },
      }),
    ),
  ];
}
