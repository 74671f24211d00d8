/** Whether a CustomResourceDefinition can be used. */

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** As far as it is read here. */
export interface CrdLike {
  readonly kind?: string;
  readonly spec?: { readonly versions?: readonly { readonly name?: string }[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly storedVersions?: readonly string[];
  };
}

/** The objects of a list; what the server sends is not taken for granted. */
const objectsOf = <T extends object>(list: readonly T[] | undefined): readonly T[] =>
  Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : [];

/**
 * Why it is not established, or undefined. The rule is kstatus': `NamesAccepted=False`, or `Established=False` for another reason
 * than `Installing`, has failed; `Established=True` is done; anything else is under way (cli-utils, `pkg/kstatus/status/core.go`).
 */
export function crdProblem({
  status,
}: CrdLike): { readonly why: string; readonly failed: boolean } | undefined {
  const of = (type: string) => objectsOf(status?.conditions).find((one) => one.type === type);
  const said = ({ reason = '', message = '' }: Condition) => [reason, message].filter(Boolean).join(': ');
  const names = of('NamesAccepted');
  if (names?.status === 'False') return { why: `its names are not accepted (${said(names)})`, failed: true };
  const established = of('Established');
  if (established?.status === 'True') return undefined;
  if (established?.status === 'False' && established.reason !== 'Installing') {
    return { why: `it is not established (${said(established)})`, failed: true };
  }
  return { why: 'it is not established yet', failed: false };
}

/** Versions in which something may be stored and that the definition does not have any more. */
export function lostVersions({ spec, status }: CrdLike): readonly string[] {
  const known = new Set(objectsOf(spec?.versions).map(({ name }) => name));
  const stored = status?.storedVersions;
  return Array.isArray(stored) ? stored.filter((version) => !known.has(version)) : [];
}

/**
 * What a release misses in a definition: the last version that it lists (linkerd2, `CheckCustomResourceDefinitions` in
 * `pkg/healthcheck/healthcheck.go`), or undefined.
 */
export function missingVersion({ spec }: CrdLike, wanted: readonly string[]): string | undefined {
  const last = wanted.at(-1);
  if (last === undefined || objectsOf(spec?.versions).some(({ name }) => name === last)) return undefined;
  return last;
}
