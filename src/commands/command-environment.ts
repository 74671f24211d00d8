import { practiceBin } from '../practice/practice-control.ts';
import type { Environment } from './environment.ts';

/** On the practice cluster its own tools come first on the PATH: the stand-in `linkerd`, and kubectl where there is none. */
export function commandEnvironment(environment: Environment, practice: boolean): Environment {
  return practice ? { ...environment, PATH: `${practiceBin()}:${environment.PATH ?? ''}` } : environment;
}
