/** The objects that printed manifests name. Pure; the text may be anybody's. */
import { parseAllDocuments } from 'yaml';
import { record, text } from '../../rollout/json.ts';
import { stripToLine } from '../../runbook/strip-controls.ts';
import type { PrunedObject } from './plan.ts';

/** As a manifest names it: its version may be one that the server does not have. */
export interface NamedObject extends PrunedObject {
  readonly group: string;
}

type ReadManifests =
  | { readonly ok: true; readonly objects: readonly NamedObject[] }
  | { readonly ok: false; readonly why: string };

/** More than any Linkerd has, with everything that was ever built upon it. */
const most = 20_000;

/**
 * All objects of a stream of YAML or JSON documents, lists opened up. What is not read whole is refused: of a list of what stays,
 * an object that is passed over would be deleted.
 */
export function readManifests(printed: string): ReadManifests {
  const objects: NamedObject[] = [];
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(printed, { logLevel: 'silent', uniqueKeys: false });
  } catch (error) {
    return { ok: false, why: stripToLine(error instanceof Error ? error.message : String(error)) };
  }
  for (const [index, document] of [...documents].entries()) {
    const wrong = (why: string) => ({ ok: false, why: `document ${index + 1}: ${why}` }) as const;
    const [mistake] = document.errors;
    if (mistake) return wrong(stripToLine(mistake.message.split('\n', 1)[0] ?? '').replace(/:$/, ''));
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      return wrong(stripToLine(error instanceof Error ? error.message : String(error)));
    }
    if (value === null || value === undefined) continue;
    for (const one of opened(value)) {
      const named = namedObject(one);
      if (!named) return wrong('it has no apiVersion, kind and name of an object');
      objects.push(named);
      if (objects.length > most) return wrong(`there are more than ${most} objects`);
    }
  }
  return { ok: true, objects };
}

function opened(value: unknown): readonly unknown[] {
  const { kind, items } = record(value);
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items : [value];
}

/** A name that Kubernetes takes (k8s.io/apimachinery, path segment names), so that it can never lead to another path. */
const named = (name: string) => name.length <= 253 && !/[/%\s]|^\.\.?$/.test(name);

function namedObject(value: unknown): NamedObject | undefined {
  const { apiVersion, kind, metadata } = record(value);
  const { name, namespace } = record(metadata);
  const [version, called, at] = [text(apiVersion), text(kind), text(name)];
  if (version === '' || called === '' || at === '' || !named(at)) return undefined;
  const place = text(namespace);
  if (!named(place)) return undefined;
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
  return { group, kind: called, name: at, ...(place === '' ? {} : { namespace: place }) };
}
