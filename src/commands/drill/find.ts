/** Finds drills: those that come with Handrail by name, anybody's by path. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Drill, drillOf } from '../../runbook/drill.ts';
import { resolveFile } from '../../runbook/links.ts';
import type { Runbook } from '../../runbook/model.ts';
import { exitCodes } from '../../state/exit-codes.ts';
import { builtInNames, isBuiltIn, type Location, load, locate } from '../library.ts';
import { OperatorError } from '../trouble.ts';

const folder = 'drills/';

/** A drill that was found and read without a mistake. */
export interface FoundDrill {
  readonly drill: Drill;
  readonly runbook: Runbook;
  readonly location: Location;
  /** What is walked: the drill's own file, or the runbook that it names. */
  readonly walked: Location;
  readonly pitfall: Location;
  /** It comes with Handrail. */
  readonly builtIn: boolean;
}

/** The names of the drills that come with Handrail. */
export const drillNames = (): readonly string[] =>
  builtInNames().flatMap((name) => (name.startsWith(folder) ? name.slice(folder.length) : []));

/** Reads the drill of that name, or in that file. Throws an OperatorError where there is none, or it has a mistake. */
export async function findDrill(name: string): Promise<FoundDrill> {
  const short = name.replace(/\.md$/, '').replace(/^drills\//, '');
  const known = drillNames().includes(short);
  if (!known && !existsSync(resolve(name))) {
    throw new OperatorError(`There is no drill "${name}".`, {
      fix: 'Give a name that `handrail drill` lists, or the path of a Markdown file.',
      exitCode: exitCodes.usage.code,
    });
  }
  return readDrill(locate(known ? folder + short : name), name);
}

async function readDrill(location: Location, name: string): Promise<FoundDrill> {
  const bundle = await load(location);
  const runbook = bundle.runbooks[bundle.root]!;
  if (runbook.frontMatter.drill === undefined) {
    throw new OperatorError(`${name} is no drill: its front matter has no key "drill".`, {
      fix: `To walk it as it is: handrail run ${name}`,
      exitCode: exitCodes.usage.code,
    });
  }
  const drill = drillOf(runbook);
  if (drill === undefined || bundle.diagnostics.some(({ severity }) => severity === 'error')) {
    throw new OperatorError(`The drill ${name} has mistakes, so it does not start.`, {
      fix: 'handrail lint shows each with its place.',
      exitCode: exitCodes.usage.code,
    });
  }
  const beside = (path: string): Location => ({ ...location, key: resolveFile(location.key, path) });
  return {
    drill,
    runbook,
    location,
    walked: drill.runbook === undefined ? location : beside(drill.runbook),
    pitfall: beside(drill.pitfall),
    builtIn: isBuiltIn(location),
  };
}

/** What is walked, as `handrail run` is told it. */
export const runbookName = ({ walked, builtIn }: FoundDrill): string =>
  builtIn ? walked.key.replace(/\.md$/, '') : join(walked.folder, walked.key);
