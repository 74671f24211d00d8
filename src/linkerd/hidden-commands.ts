/**
 * Commands that a release has and its help does not list, with their flags. From 2.18 on `link` and `unlink` of multicluster are deprecated
 * and hidden, and `unlink` is what takes the controller of an old link away (linkerd2, `multicluster/cmd` at version-2.18 to version-2.20).
 */
import { factsOf } from './facts.ts';

const sinceLinkGen: Readonly<Record<string, readonly string[]>> = {
  'multicluster unlink': ['cluster-name', 'namespace', 'only-controller', 'output'],
};

/** Flags of each command of a release by the command's name, the hidden ones too; `(global)` are those of every command. */
export function commandsOf(version: string): Readonly<Record<string, readonly string[]>> {
  const { commands, major } = factsOf(version);
  return major >= 18 ? { ...commands, ...sinceLinkGen } : commands;
}
