import { basename, dirname, join, resolve, sep } from 'node:path';
import type { ActionSchema } from '../runbook/action-schema.ts';
import { formatDiagnostic, rulePage } from '../runbook/diagnostics.ts';
import { loadBundle } from '../runbook/load-bundle.ts';
import { stripControls } from '../runbook/strip-controls.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { findFiles, readText } from './lint/files.ts';
import type { Finding } from './lint/finding.ts';
import { sarif } from './lint/sarif.ts';

export interface LintArguments {
  /** Files, and folders whose Markdown files are all meant. */
  readonly files: readonly string[];
  readonly output: 'text' | 'json' | 'sarif';
  readonly color: boolean;
  readonly schemas: readonly ActionSchema[];
}

export interface LintStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Checks runbooks and what they lead to. Gives the exit code: 0 where there is no error, 2 where there is one or a file cannot be read. */
export async function lint(args: LintArguments, { stdout, stderr }: LintStreams): Promise<number> {
  const { files, unreadable } = await findFiles(args.files);
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const file of files) {
    const folder = dirname(file);
    const read = (key: string) => readText(join(folder, key));
    const bundle = await loadBundle(basename(file), read, args.schemas);
    for (const diagnostic of bundle.diagnostics) {
      const { rule, place } = diagnostic;
      const path = join(folder, place.file);
      // A pitfall that many runbooks lead to is told once.
      const key = JSON.stringify([resolve(path), rule, place.offset, place.endOffset, diagnostic.message]);
      if (seen.has(key)) continue;
      seen.add(key);
      findings.push({ file: path.split(sep).join('/'), diagnostic, text: bundle.sources[place.file] });
    }
  }

  for (const { name, reason } of unreadable)
    stderr.write(`handrail lint: ${stripControls(name)} cannot be read: ${stripControls(reason)}\n`);
  const errors = findings.filter(({ diagnostic }) => diagnostic.severity === 'error').length;
  switch (args.output) {
    case 'json':
      stdout.write(`${JSON.stringify(findings.map(plain), null, 2)}\n`);
      break;
    case 'sarif':
      stdout.write(`${JSON.stringify(sarif(findings, unreadable), null, 2)}\n`);
      break;
    case 'text':
      for (const finding of findings) stdout.write(`${asText(finding, args.color)}\n\n`);
      stdout.write(`${summary(files.length, errors, findings.length - errors)}\n`);
  }
  return errors > 0 || unreadable.length > 0 ? exitCodes.usage.code : exitCodes.done.code;
}

function asText({ file, diagnostic, text }: Finding, color: boolean): string {
  const codes = { error: '1;31', warning: '1;33', caret: '1', dim: '2' } as const;
  return formatDiagnostic(diagnostic, text, {
    name: () => file,
    ...(color ? { paint: (word, as) => `\x1b[${codes[as]}m${word}\x1b[0m` } : {}),
  });
}

function plain({ file, diagnostic }: Finding): object {
  const { place, ...rest } = diagnostic;
  return { ...rest, place: { ...place, file }, page: rulePage(diagnostic.rule) };
}

function summary(files: number, errors: number, warnings: number): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `${count(files, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
