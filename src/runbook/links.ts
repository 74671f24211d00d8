import { posix } from 'node:path';

/** Where a link leads, seen from a file of the bundle. */
type Target =
  /** A file (undefined: the one with the link) and a heading's anchor in it. */
  | { readonly type: 'file'; readonly file: string | undefined; readonly anchor: string | undefined }
  /** Another scheme, another host, or an absolute path: nothing in the bundle. */
  | { readonly type: 'elsewhere' };

/**
 * Where a link in the file `from` leads; `file` is undefined when that is the same file. What has a scheme or is absolute is
 * `elsewhere`.
 */
export function resolveHref(from: string, href: string): Target {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('/')) return { type: 'elsewhere' };
  const hash = href.indexOf('#');
  const path = decode((hash < 0 ? href : href.slice(0, hash)).replace(/\?.*$/, ''));
  const anchor = hash < 0 ? undefined : decode(href.slice(hash + 1)) || undefined;
  const file = path === '' ? undefined : resolveFile(from, path);
  return { type: 'file', file: file === from ? undefined : file, anchor };
}

/** The key of a file named in another: `../pitfalls/x.md` in `linkerd/upgrade-cli.md` is `pitfalls/x.md`. */
export function resolveFile(from: string, path: string): string {
  return posix.normalize(posix.join(posix.dirname(from), path.replaceAll('\\', '/')));
}

/** Whether a file can be a runbook, by its name. */
export const isMarkdown = (file: string) => /\.(?:md|markdown|mdx)$/i.test(file);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
