/** Where runbooks are found: those that come with Handrail by name, anybody's by path. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Notice } from '../diagnosis/notices/model.ts';
import { noticesOf } from '../diagnosis/notices/of-bundle.ts';
import { findFrontMatter } from '../runbook/find-front-matter.ts';
import { loadBundle } from '../runbook/load-bundle.ts';
import type { Runbook, RunbookBundle } from '../runbook/model.ts';
import { parseRunbook } from '../runbook/parse.ts';
import type { RunbookEntry } from '../screens/services.ts';
import { reasonOf } from '../shell/io-error.ts';
import { exitCodes } from '../state/exit-codes.ts';
import type { BundleSources } from '../state/session-folder.ts';
import { actionSchemas } from '../steps/kinds.ts';
import { packageRoot } from './package-root.ts';
import { OperatorError } from './trouble.ts';

const libraryFolder = () => join(packageRoot(), 'runbooks');

/** The names of the runbooks that come with Handrail, as `run` takes them: `linkerd/upgrade-cli`. */
export function builtInNames(): readonly string[] {
  return readdirSync(libraryFolder(), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length).split(sep).join('/'))
    .sort();
}

/** A runbook's place on disk: the folder its links are relative to, and its key below it. */
export interface Location {
  readonly folder: string;
  readonly key: string;
}

/** Finds a runbook by path, or else by the name of one that comes with Handrail. Throws an OperatorError. */
export function locate(name: string): Location {
  const path = resolve(name);
  if (existsSync(path)) {
    if (!statSync(path).isFile())
      throw new OperatorError(`${name} is not a file.`, { fix: 'Name one Markdown file.' });
    const inLibrary = relative(libraryFolder(), path);
    return inLibrary.startsWith('..')
      ? { folder: dirname(path), key: basename(path) }
      : { folder: libraryFolder(), key: inLibrary.split(sep).join('/') };
  }
  const builtIn = name.replace(/\.md$/, '');
  if (builtInNames().includes(builtIn)) return { folder: libraryFolder(), key: `${builtIn}.md` };
  throw new OperatorError(`There is no runbook "${name}".`, {
    fix: 'Give the path of a Markdown file, or a name that `handrail list` shows.',
    exitCode: exitCodes.usage.code,
  });
}

/** Before the keys of files that come with Handrail, in the bundle of a runbook that does not. */
const libraryKey = '@handrail/';

const pathOf = (folder: string, key: string): string =>
  key.startsWith(libraryKey) ? join(libraryFolder(), key.slice(libraryKey.length)) : join(folder, key);

/**
 * Reads the runbook and all that it links to. For a session what belongs to it without being led to is in the bundle, too: see
 * `besides`. Throws an OperatorError where the file itself cannot be read.
 */
export async function load(location: Location, use: 'look' | 'session' = 'look'): Promise<RunbookBundle> {
  const read = async (key: string) => {
    try {
      return await readFile(pathOf(location.folder, key), 'utf8');
    } catch (error) {
      if (key !== location.key) return undefined;
      throw new OperatorError(`${join(location.folder, key)} cannot be read: ${reasonOf(error)}.`);
    }
  };
  const also = use === 'session' ? besides(isBuiltIn(location) ? '' : libraryKey) : undefined;
  return loadBundle(location.key, read, actionSchemas, also);
}

/** A runbook that is in no file, and the pitfalls that come with Handrail with it. */
export function loadText(key: string, text: string, use: 'look' | 'session'): Promise<RunbookBundle> {
  const read = async (wanted: string) => {
    if (wanted === key) return text;
    if (!wanted.startsWith(libraryKey)) return undefined;
    return readFile(pathOf('', wanted), 'utf8').catch(() => undefined);
  };
  return loadBundle(key, read, actionSchemas, use === 'session' ? besides(libraryKey) : undefined);
}

/**
 * The keys of what belongs to a session without being led to: the pitfalls that come with Handrail, unless the runbook says that it
 * needs no cluster, and the upgrade notices where an action looks at them.
 */
const besides =
  (before: string) =>
  ({ needsCluster, format }: Runbook, all: readonly Runbook[]): readonly string[] => [
    ...(needsCluster || format === 'markdown' ? keysIn('pitfalls', before) : []),
    ...(all.some(looksAtNotices) ? keysIn('notices', before) : []),
  ];

const keysIn = (folder: string, before: string): readonly string[] =>
  builtInNames().flatMap((name) => (name.startsWith(`${folder}/`) ? [`${before}${name}.md`] : []));

const looksAtNotices = ({ steps }: Runbook): boolean =>
  steps.some(({ actions }) => actions.some(({ kind }) => kind === 'notices'));

/** A session's own copy as a bundle again, with the pitfalls that it had. */
export async function rebuild(copy: BundleSources): Promise<RunbookBundle> {
  const all = Object.keys(copy.sources);
  return loadBundle(
    copy.root,
    async (key) => copy.sources[key],
    actionSchemas,
    () => all,
  );
}

/** The files of a session's runbook as they are on disk now; those that are gone or unreadable are left out. */
export async function onDiskNow(
  folder: string,
  keys: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const texts = await Promise.all(
    keys.map(
      async (key) => [key, await readFile(pathOf(folder, key), 'utf8').catch(() => undefined)] as const,
    ),
  );
  return Object.fromEntries(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The upgrade notices that come with Handrail, the oldest line first. */
export async function builtInNotices(): Promise<readonly Notice[]> {
  const all = await Promise.all(
    keysIn('notices', '').map(async (key) => {
      const text = await readFile(pathOf(libraryFolder(), key), 'utf8');
      return [key, parseRunbook(key, text, actionSchemas).runbook] as const;
    }),
  );
  return noticesOf({ runbooks: Object.fromEntries(all) });
}

/** Whether the file comes with Handrail. */
export const isBuiltIn = ({ folder }: Location): boolean => folder === libraryFolder();

/** What a runbook is for: all others say so in their front matter. */
const kinds = ['runbook', 'pitfall', 'notices', 'drill'] as const;

export interface LibraryEntry extends RunbookEntry {
  readonly kind: (typeof kinds)[number];
}

/** The runbooks that come with Handrail, for lists: what is walked for itself first, then pitfalls, then drills. */
export async function builtInRunbooks(): Promise<readonly LibraryEntry[]> {
  const all = await Promise.all(
    builtInNames().map(async (name) => {
      const text = await readFile(join(libraryFolder(), `${name}.md`), 'utf8');
      // A list shows nothing of the steps, and parsing those of all files takes seconds.
      const head = text.slice(0, findFrontMatter(text)?.end);
      const { runbook } = parseRunbook(`${name}.md`, head, actionSchemas);
      return {
        file: name,
        title: runbook.title,
        summary: typeof runbook.frontMatter.description === 'string' ? runbook.frontMatter.description : '',
        estimateMs: runbook.estimateMs,
        builtIn: true,
        kind: kindOf(runbook),
      };
    }),
  );
  const rank = ({ kind, file }: LibraryEntry) => (file === foremost ? -1 : kinds.indexOf(kind));
  return all.sort((one, other) => rank(one) - rank(other));
}

/** What most people come for. */
const foremost = 'linkerd/upgrade';

const kindOf = ({ frontMatter }: Runbook): LibraryEntry['kind'] =>
  frontMatter.drill !== undefined
    ? 'drill'
    : frontMatter.findings !== undefined
      ? 'pitfall'
      : frontMatter.notices !== undefined
        ? 'notices'
        : 'runbook';
