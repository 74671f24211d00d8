import { forbidden } from '../errors.ts';
import type { AdmissionFunction } from '../options.ts';
import type { Store } from '../store.ts';

/** Refuses pods of a ServiceAccount that their namespace does not have. */
export function serviceAccountAdmission(store: Store): AdmissionFunction {
  const accounts = store.resource('v1', 'serviceaccounts');
  return ({ operation, resource, subresource, namespace, name, object }) => {
    if (resource.plural !== 'pods' || operation !== 'CREATE' || subresource) return;
    const account = object.spec?.serviceAccountName;
    if (!account || store.peek(accounts, namespace, account)) return;
    const where = `${namespace}/${account}`;
    // It is asked before the rest of a generated name is there.
    throw forbidden(
      resource,
      String(object.metadata.generateName ?? name),
      `error looking up service account ${where}: serviceaccount "${account}" not found`,
    );
  };
}
