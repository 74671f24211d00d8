import { isKnownVersion } from '../../linkerd/facts.ts';

/** The version that the stand-in plays where nobody says which: the one a practice mesh starts with. */
export const DEFAULT_VERSION = 'stable-2.13.7';

/** Says which version is played; the files that `writeStandIns` makes set it. */
export const VERSION_VARIABLE = 'LINKERD_PRACTICE_CLI';

/** Which version of the tool is being played. Throws for one that is not known. */
export function playedVersion(env: Readonly<Record<string, string | undefined>>): string {
  const version = env[VERSION_VARIABLE] || DEFAULT_VERSION;
  if (!isKnownVersion(version)) throw new Error(`the practice cluster knows no linkerd ${version}`);
  return version;
}
