import type { ActionSchema } from './action-schema.ts';
import { readAttributes, shellAttributes } from './attributes.ts';
import type { CodeBlock, FenceLine } from './blocks.ts';
import { consoleCommands } from './console.ts';
import type { Entry } from './entry.ts';
import { meantLanguage, ourLanguages, shellLanguages } from './fence-languages.ts';
import { type InfoString, parseInfo } from './info-string.ts';
import type { ShellLanguage, ShellRole } from './model.ts';
import { readKind, readWhen } from './read-yaml-block.ts';
import type { Reading } from './reading.ts';
import type { Report } from './report.ts';
import { nearest, oneOf } from './suggest.ts';

/** What a shell block can be: the second word of its fence. */
export const shellRoles: readonly ShellRole[] = [
  'look',
  'change',
  'irreversible',
  'preview',
  'verify',
  'undo',
  'show',
];

/** Reads a code block of a runbook of ours. What is unknown is reported and taken for the most careful thing it could be. */
export function readFence(code: CodeBlock, reading: Reading): Entry {
  if (!code.fence) return { type: 'code', at: code, language: '' };
  const info = parseInfo(code.fence.info, code.fence.infoStart);
  const language = misspeltLanguage(info, reading) ?? info.language.text.toLowerCase();
  if ((shellLanguages as readonly string[]).includes(language))
    return readShell(code, code.fence, info, language as ShellLanguage, reading);
  if (language === 'yaml') return readYamlFence(code, info, reading);
  return { type: 'code', at: code, language };
}

/** A block that says it is an action, or nearly does, in a language that has none would quietly turn into an illustration. */
function misspeltLanguage(info: InfoString, { schemas, report }: Reading): string | undefined {
  const { text, start, end } = info.language;
  const written = text.toLowerCase();
  if (text === '' || ourLanguages.includes(written)) return undefined;
  // `{.sh`, `sh,` and `sh{1}` begin with one of ours.
  const [, lead, cut] = /^([^a-z]*)([a-z]*)/.exec(written)!;
  const glued = ourLanguages.includes(cut!);
  const role = (info.role?.text ?? '').toLowerCase().replace(/}$/, '');
  const isRole = (shellRoles as readonly string[]).includes(role);
  const isKind = role === 'when' || schemas.some((schema) => schema.name === role);
  const near = meantLanguage(written);
  const isYaml = written === 'yml' && role !== '';
  if (!isRole && !isKind && !glued && !isYaml && near === undefined) return undefined;
  const meant = glued ? cut! : isKind || isYaml ? 'yaml' : (near ?? 'bash');
  const glue = glued
    ? text
        .slice(lead!.length + cut!.length)
        .replace(/^[^A-Za-z]+/, '')
        .replace(/}$/, '')
    : '';
  report('unknown-action', start, end, `"${text}" is no language that has actions`, {
    expected:
      isRole || isKind || glued
        ? oneOf(ourLanguages)
        : `${oneOf(ourLanguages)}, or text for what is only shown`,
    suggestion: `${meant} ${glue || role}`.trim(),
  });
  return meant;
}

function readShell(
  code: CodeBlock,
  fence: FenceLine,
  info: InfoString,
  language: ShellLanguage,
  { source, schemas, report }: Reading,
): Entry {
  const role = shellRole(info, schemas, report);
  const known = role === 'show' ? [] : shellAttributes;
  const { estimateMs, ...attributes } = readAttributes(info, known, role, report);
  if (role === 'show') return { type: 'code', at: code, language };
  const script = language === 'console' ? consoleCommands(code.value) : code.value;
  const infoEnd = fence.infoStart + fence.info.length;
  if (script === undefined)
    report('bad-action', fence.infoStart, infoEnd, 'no line begins with a prompt, so nothing would be run', {
      expected: 'commands after "$ "',
    });
  else if (script.trim() === '') report('bad-action', fence.infoStart, infoEnd, 'the block is empty');
  else if (language !== 'console' && /^\s*\$[ \t]+\S/.test(script)) {
    const at = code.offsetOf(script.indexOf('$'));
    report('bad-action', at, at + 1, 'the command begins with a prompt', {
      suggestion: 'console for the language',
    });
  }
  return {
    type: 'shell',
    at: code,
    estimateMs,
    block: {
      language,
      role,
      script: script ?? '',
      interactive: false,
      codes: [0],
      ...attributes,
      place: source.place(code.start, code.end),
    },
  };
}

function shellRole(info: InfoString, schemas: readonly ActionSchema[], report: Report): ShellRole {
  if (!info.role) return 'change';
  const { text, start, end } = info.role;
  const role = shellRoles.find((known) => known === text);
  if (role) return role;
  const isKind = schemas.some((schema) => schema.name === text) || text === 'when';
  report('unknown-action', start, end, `"${text}" is nothing that a shell block can be`, {
    expected: oneOf(shellRoles),
    suggestion: isKind ? `yaml ${text}` : nearest(text, shellRoles),
  });
  return 'change';
}

function readYamlFence(code: CodeBlock, info: InfoString, reading: Reading): Entry {
  const { schemas, report } = reading;
  if (!info.role) {
    readAttributes(info, [], undefined, report);
    return { type: 'code', at: code, language: 'yaml' };
  }
  const { text, start, end } = info.role;
  if (text === 'when') {
    readAttributes(info, [], undefined, report);
    return { type: 'when', at: code, conditions: readWhen(code, reading) };
  }
  const schema = schemas.find((known) => known.name === text);
  const { estimateMs } = readAttributes(info, ['estimate'], undefined, report);
  if (schema) return readKind(code, schema, estimateMs, reading);
  const kinds = [...new Set([...schemas.map((known) => known.name), 'when'])];
  report('unknown-action', start, end, `there is no kind of action "${text}"`, {
    expected: oneOf(kinds),
    suggestion: (shellRoles as readonly string[]).includes(text) ? `bash ${text}` : nearest(text, kinds),
  });
  return { type: 'code', at: code, language: 'yaml' };
}
