import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownVersions } from '../../linkerd/facts.ts';
import { DEFAULT_VERSION, VERSION_VARIABLE } from './which-version.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface StandInOptions {
  /** The `node` to run. */
  readonly node: string;
  /** The bundled program, `dist/practice-linkerd.js`. */
  readonly program: string;
  /** Which version `linkerd` itself is at first. */
  readonly version?: string;
}

/**
 * Fills a folder for the practice PATH as the real installer lays out its own: `linkerd-VERSION` for every known version, and
 * `linkerd`, a link to one of them. So the runbook's step that switches the link is the same here and on a real machine.
 */
export function writeStandIns(folder: string, options: StandInOptions): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const version of knownVersions) {
    const path = join(folder, `linkerd-${version}`);
    const command = `exec ${quoted(options.node)} ${quoted(options.program)} "$@"`;
    writeFileSync(path, `#!/bin/sh\n${VERSION_VARIABLE}=${version} ${command}\n`);
    chmodSync(path, 0o755);
  }
  const next = join(folder, `.linkerd-${process.pid}`);
  rmSync(next, { force: true });
  symlinkSync(`linkerd-${options.version ?? DEFAULT_VERSION}`, next);
  renameSync(next, join(folder, 'linkerd'));
}
