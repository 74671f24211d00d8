/** The environment that commands of a runbook start from. */
import { practiceBin } from '../practice/practice-control.ts';

/** What this program was started with, before a screen changed anything in it for its own sake. */
export type Environment = Readonly<Record<string, string>>;

/** A copy of `process.env`, without the entries that hold nothing. */
export function environmentNow(): Environment {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** On the practice cluster its own tools come first on the PATH: the stand-in `linkerd`, and kubectl where there is none. */
export function commandEnvironment(environment: Environment, practice: boolean): Environment {
  return practice ? { ...environment, PATH: `${practiceBin()}:${environment.PATH ?? ''}` } : environment;
}
