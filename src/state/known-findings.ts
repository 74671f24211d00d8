/** The file of findings that are known: `$XDG_CONFIG_HOME/handrail/known-findings.json`, or the like below `~/.config`. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { type KnownFinding, targetText } from '../diagnosis/known.ts';
import { record, records, text, time } from '../rollout/json.ts';
import { errorCode, reasonOf } from '../shell/io-error.ts';
import { makeFolder } from '../shell/make-folder.ts';
import { writePrivate } from '../shell/write-private.ts';
import { exitCodes } from './exit-codes.ts';
import { OperatorError } from './operator-error.ts';

type Env = Readonly<Record<string, string | undefined>>;

const KIND = 'handrail/known-findings';
/** So long after its end it is still said that one is over; then it is forgotten. */
const FORGOTTEN_MS = 90 * 86_400_000;

/** A relative XDG_CONFIG_HOME is ignored, as the XDG Base Directory Specification demands. */
export function knownFindingsFile(env: Env, home = homedir()): string {
  const config = env.XDG_CONFIG_HOME;
  const base = config !== undefined && isAbsolute(config) ? config : join(home, '.config');
  return join(base, 'handrail', 'known-findings.json');
}

interface KnownFindings {
  readonly known: readonly KnownFinding[];
  /** A sentence where the file is there and cannot be read: then nothing is known. */
  readonly problem?: string;
}

/** Never rejects. */
export async function readKnownFindings(file: string): Promise<KnownFindings> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { known: [] };
    return { known: [], problem: `${file} cannot be read: ${reasonOf(error)}.` };
  }
  try {
    const document = record(JSON.parse(content));
    if (document.kind !== KIND || document.version !== 1) {
      return { known: [], problem: `${file} is not what this Handrail writes there.` };
    }
    return { known: records(document.findings).flatMap((each) => readKnown(each) ?? []) };
  } catch {
    return { known: [], problem: `${file} is no JSON.` };
  }
}

function readKnown(value: Readonly<Record<string, unknown>>): KnownFinding | undefined {
  const code = text(value.code);
  if (code === '' || time(value.until) === undefined) return undefined;
  const { kind, namespace, name } = record(value.subject);
  return {
    code,
    ...(value.subject === undefined
      ? {}
      : {
          subject: {
            kind: text(kind),
            name: text(name),
            ...(text(namespace) === '' ? {} : { namespace: text(namespace) }),
          },
        }),
    cluster: text(value.cluster),
    reason: text(value.reason),
    until: text(value.until),
    by: text(value.by),
    at: text(value.at),
  };
}

/** Writes more of them down, in place of those of the same target and cluster. Throws an OperatorError where it cannot. */
export async function addKnownFindings(
  file: string,
  more: readonly KnownFinding[],
  now: number,
): Promise<void> {
  const { known, problem } = await readKnownFindings(file);
  const refused = (message: string, fix: string) =>
    new OperatorError(message, { fix, exitCode: exitCodes.notReady.code });
  if (problem !== undefined) throw refused(problem, 'Mend that file or move it away, and try again.');
  const key = (one: KnownFinding) => `${one.cluster} ${targetText(one)}`;
  const replaced = new Set(more.map(key));
  const findings = [
    ...known.filter((one) => !replaced.has(key(one)) && Date.parse(one.until) > now - FORGOTTEN_MS),
    ...more,
  ];
  try {
    makeFolder(dirname(file));
    await writePrivate(file, `${JSON.stringify({ kind: KIND, version: 1, findings }, undefined, 2)}\n`);
  } catch (error) {
    throw refused(
      `${file} could not be written: ${reasonOf(error)}.`,
      'Make that folder writable, or set XDG_CONFIG_HOME to another one.',
    );
  }
}
