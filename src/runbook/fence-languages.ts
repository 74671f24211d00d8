import type { ShellLanguage } from './model.ts';
import { nearest } from './suggest.ts';

export const shellLanguages: readonly ShellLanguage[] = ['bash', 'sh', 'zsh', 'shell', 'console'];

/** The languages whose fences do something in a runbook of ours. */
export const ourLanguages: readonly string[] = [...shellLanguages, 'yaml'];

/** Names that other tools give to what we have. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['shellscript', 'shell'],
  ['shellsession', 'console'],
]);

/** Languages one slip away from one of ours, that are meant as they are written: such a fence is an illustration. */
const neighbours: ReadonlySet<string> = new Set(
  `text txt json yml hs js ts cs c h d r s v z ash dash csh tcsh ksh fish nush ssh bat base basic sass sas ss st sv sc
  scm sml sql php toml xml haml saml uml dhall rhai consul hash nsh rsh psh xsh msh elvish powershell pwsh`.split(
    /\s+/,
  ),
);

/** The language of ours that was probably meant by one that is not; `language` is in small letters. */
export function meantLanguage(language: string): string | undefined {
  if (neighbours.has(language)) return undefined;
  return aliases.get(language) ?? nearest(language, ourLanguages);
}
