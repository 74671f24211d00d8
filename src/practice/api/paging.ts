import type { KubeObject } from '../kube-client.ts';
import type { Collection } from './collection.ts';
import { inVersion } from './conversion.ts';
import { badRequest } from './errors.ts';
import type { ListOptions, ListResult } from './options.ts';
import type { ResourceInfo } from './resources.ts';
import { type Matcher, parseSelectors } from './selectors.ts';

/** By what lists are sorted, and where a page ends. */
const sortKey = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

/** What a request selects, or undefined when that is everything. */
export function scoped(info: ResourceInfo, options: ListOptions): Matcher | undefined {
  const selected = parseSelectors(options, info.kind);
  const { namespace } = options;
  if (!namespace || !info.namespaced) return selected;
  if (!selected) return ({ metadata }) => metadata.namespace === namespace;
  return (object) => object.metadata.namespace === namespace && selected(object);
}

/** Where the next page starts, and of which version of the list it is. */
interface Token {
  readonly revision: number;
  readonly start: string;
}
const encodeToken = (token: Token) => Buffer.from(JSON.stringify(token)).toString('base64url');
function decodeToken(text: string): Token {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw badRequest('invalid continue token: continue key is not valid: illegal base64 data');
  }
}

/**
 * The objects that a request selects, or one page of them. A later page is of the version that the first one had: what has
 * changed since comes with the watch that starts there. 410 when that is too long ago.
 */
export function pageOf(
  info: ResourceInfo,
  collection: Collection,
  options: ListOptions,
  now: number,
): ListResult {
  const matches = scoped(info, options);
  const token = options.continueFrom ? decodeToken(options.continueFrom) : undefined;
  if (token) collection.since(token.revision);
  let items = collection.all();
  if (matches) items = items.filter(matches);
  if (token) items = items.filter((item) => sortKey(item) > token.start);
  const page = options.limit ? items.slice(0, options.limit) : items;
  const last = page.at(-1);
  const revision = token?.revision ?? now;
  const cut = last !== undefined && page.length < items.length;
  return {
    items: page.map((item) => inVersion(info, item)),
    resourceVersion: String(revision),
    ...(cut && {
      continueFrom: encodeToken({ revision, start: sortKey(last) }),
      remaining: items.length - page.length,
    }),
  };
}
