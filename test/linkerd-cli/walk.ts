import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeStandIns } from '../../src/practice/linkerd-cli/stand-ins.ts';
import { unmet } from '../../src/runbook/conditions.ts';
import { loadBundle } from '../../src/runbook/load-bundle.ts';
import type { KindAction, RunbookBundle, ShellBlock } from '../../src/runbook/model.ts';
import { actionSchemas } from '../../src/steps/kinds.ts';
import { type Outcome, run } from './helpers.ts';
import { performAction } from './perform-action.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the stand-in as the product does, and lays out its PATH folder below `folder`. */
export async function standInsBelow(folder: string, version: string): Promise<string> {
  const program = join(folder, 'practice-linkerd.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['src/practice/linkerd-cli/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
  });
  const bin = join(folder, 'bin');
  writeStandIns(bin, { node: process.execPath, program, version });
  return bin;
}

export interface Ran extends Outcome {
  readonly step: string;
  readonly role: string;
  readonly script: string;
}

export interface WalkOptions {
  readonly parameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Titles of steps after which the walk takes the change back and does it again. */
  readonly undo?: readonly string[];
  /** Titles of the only steps to walk. */
  readonly only?: readonly string[];
}

/** The runbooks that tell what each release changes: they belong to every session. */
async function noticeFiles(read: (name: string) => Promise<string | undefined>) {
  const files = (await readdir(join(root, 'runbooks/notices'))).map((name) => `notices/${name}`);
  const bundles = await Promise.all(files.map((file) => loadBundle(file, read, actionSchemas)));
  return Object.assign({}, ...bundles.map(({ runbooks }) => runbooks)) as RunbookBundle['runbooks'];
}

/**
 * Runs every command of a runbook in order, as the engine would with nobody to ask: previews, changes, verifies, looks, and the actions
 * that work by themselves. Throws with the output of the first that fails. Waits are not waited; their command is run once.
 */
export async function walkRunbook(key: string, options: WalkOptions): Promise<Ran[]> {
  const read = (name: string) => readFile(join(root, 'runbooks', name), 'utf8').catch(() => undefined);
  const bundle = await loadBundle(key, read, actionSchemas);
  const runbook = bundle.runbooks[key]!;
  const values: Record<string, string> = {
    ...Object.fromEntries(
      runbook.parameters.flatMap(({ name, default: usual }) => (usual === undefined ? [] : [[name, usual]])),
    ),
    ...options.parameters,
  };
  const ran: Ran[] = [];
  const shell = async (
    step: string,
    role: string,
    script: string,
    codes: readonly number[],
  ): Promise<Outcome> => {
    const outcome = await run('bash', ['-o', 'errexit', '-o', 'nounset', '-o', 'pipefail', '-c', script], {
      env: { ...options.environment, ...values },
    });
    ran.push({ ...outcome, step, role, script });
    if (!codes.includes(outcome.code)) {
      throw new Error(
        `${step}: ${role} ended with ${outcome.code}\n${script}\n${outcome.out}\n${outcome.err}`,
      );
    }
    return outcome;
  };
  const own = async (step: string, action: KindAction): Promise<void> => {
    if (action.kind === 'wait') {
      const { command } = action.spec as { command?: string };
      if (command !== undefined) await shell(step, action.kind, command, [0]);
      return;
    }
    // Nobody is there to confirm what a person has seen.
    if (action.kind === 'confirm') return;
    if (action.kind === 'ask') {
      const { parameter } = action.spec as { parameter: string };
      if (values[parameter] === undefined) throw new Error(`${step} asks for ${parameter}`);
      return;
    }
    const any = (script: string) => shell(step, 'probe', script, [0, 1]);
    const out = await performAction(action, options.environment, values, any, {
      ...bundle.runbooks,
      ...(action.kind === 'notices' ? await noticeFiles(read) : {}),
    });
    ran.push({ code: 0, out, err: '', step, role: action.kind, script: '' });
  };
  const block = (step: string, one: ShellBlock | undefined) =>
    one === undefined ? undefined : shell(step, one.role, one.script, one.codes);
  for (const step of runbook.steps) {
    if (options.only !== undefined && !options.only.includes(step.title)) continue;
    if (unmet(step.when, runbook.parameters, values) !== undefined) continue;
    for (const action of step.actions) {
      if (!('block' in action)) {
        await own(step.title, action);
        continue;
      }
      await block(step.title, action.preview);
      const outcome = await block(step.title, action.block);
      if (action.block.capture !== undefined) values[action.block.capture] = outcome!.out.trim();
      await block(step.title, action.verify);
      if (options.undo?.includes(step.title)) {
        await block(step.title, action.undo);
        await block(step.title, action.block);
        await block(step.title, action.verify);
      }
    }
  }
  return ran;
}
