/** Lists in pages, so that neither the server nor we hold all of a large one at once. */

import type { Answer, Call } from './access/connection.ts';
import type { ObjectForm, Selection } from './api.ts';
import type { KubeObject, ResourceRef } from './objects.ts';
import { acceptFor, resourcePath, selectionQuery } from './resource-path.ts';

/** Larger pages were no faster and took twice the memory. */
const pageSize = 500;

/** How a list ended: complete, at a version to watch from; or with an answer that is no page (`unreadable`: none of the API's). */
export type ListEnd =
  | { readonly type: 'complete'; readonly resourceVersion: string }
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'unreadable' };

interface Page {
  readonly kind: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: KubeObject[] | null;
}

/** Asks for all pages in turn and gives each as it comes. Rejects as `send` does. */
export async function eachPage(
  send: (call: Call) => Promise<Answer>,
  { ref, form, ...selection }: Selection & { readonly ref: ResourceRef; readonly form: ObjectForm },
  onPage: (items: readonly KubeObject[]) => void,
): Promise<ListEnd> {
  let continued: string | undefined;
  for (;;) {
    const query = { ...selectionQuery(selection), limit: pageSize, continue: continued };
    const answer = await send({
      path: resourcePath(ref, { query }),
      accept: acceptFor(form, 'list'),
      gzip: true,
    });
    if (answer.status !== 200) return { type: 'answered', answer };
    const page = readPage(answer.body);
    if (page === undefined) return { type: 'unreadable' };
    onPage(named(page, ref));
    continued = page.metadata.continue;
    if (!continued) return { type: 'complete', resourceVersion: page.metadata.resourceVersion ?? '' };
  }
}

function readPage(body: string): Page | undefined {
  try {
    const page = JSON.parse(body) as Page | null;
    const isList = page?.metadata && (Array.isArray(page.items) || page.items === null);
    return isList ? page : undefined;
  } catch {
    return undefined;
  }
}

/** The items of a list do not say what they are: the list does. */
function named({ kind, items }: Page, { apiVersion }: ResourceRef): readonly KubeObject[] {
  if (items === null || items.length === 0 || items[0]?.kind) return items ?? [];
  const each = kind.replace(/List$/, '');
  return items.map((item) => ({ ...item, apiVersion, kind: each }));
}
