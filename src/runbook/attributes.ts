import { durationForm, parseDuration } from './durations.ts';
import { variableName } from './front-matter-schema.ts';
import type { Attribute, InfoString } from './info-string.ts';
import type { ShellRole } from './model.ts';
import type { Report } from './report.ts';
import { isReservedName } from './rules/bad-parameter.ts';
import { nearest, oneOf } from './suggest.ts';

interface Attributes {
  timeoutMs?: number;
  silentMs?: number;
  estimateMs?: number;
  interactive?: boolean;
  codes?: readonly number[];
  capture?: string;
  namespace?: string;
}

/** The attributes that the fence of a shell block may have. */
export const shellAttributes = [
  'timeout',
  'silent',
  'interactive',
  'codes',
  'capture',
  'namespace',
  'estimate',
];

/** Reads the attributes of a fence of ours; those in `known` exist there. Wrong ones are reported and left out. */
export function readAttributes(
  info: InfoString,
  known: readonly string[],
  role: ShellRole | undefined,
  report: Report,
): Attributes {
  const read: Attributes = {};
  const seen = new Set<string>();
  for (const attribute of info.attributes) {
    const { name, start, nameEnd, end } = attribute;
    if (!known.includes(name)) {
      const suggestion = nearest(name, known);
      report('unknown-attribute', start, nameEnd, `there is no attribute "${name}" here`, {
        expected: known.length > 0 ? oneOf(known) : 'no attributes',
        suggestion:
          suggestion && attribute.value !== undefined ? `${suggestion}=${attribute.value}` : suggestion,
      });
    } else if (seen.has(name)) report('bad-attribute', start, end, `"${name}" stands twice`);
    else {
      const expected = set(read, attribute, role);
      if (expected !== undefined)
        report('bad-attribute', attribute.value ? nameEnd + 1 : start, end, wrong(attribute), { expected });
    }
    seen.add(name);
  }
  return read;
}

function wrong({ name, value, unclosed }: Attribute): string {
  if (unclosed) return `the quote of "${name}" is not closed`;
  return value === undefined ? `"${name}" needs a value` : `"${name}" cannot be ${JSON.stringify(value)}`;
}

/** Sets one attribute, or says what was expected of it. */
function set(into: Attributes, attribute: Attribute, role: ShellRole | undefined): string | undefined {
  const { name, value, unclosed } = attribute;
  if (unclosed) return 'a closing quote';
  switch (name) {
    case 'timeout':
    case 'silent':
    case 'estimate': {
      const ms = value === undefined ? undefined : parseDuration(value);
      if (ms === undefined || ms === 0) return durationForm;
      into[`${name}Ms`] = ms;
      return undefined;
    }
    case 'interactive':
      if (value !== undefined && value !== 'true' && value !== 'false')
        return 'interactive alone, interactive=true or interactive=false';
      into.interactive = value !== 'false';
      return undefined;
    case 'codes': {
      const codes = value?.split(',').map((code) => (/^\d{1,3}$/.test(code) ? Number(code) : 256)) ?? [];
      if (codes.length === 0 || codes.some((code) => code > 255))
        return 'exit codes from 0 to 255, such as 0,1';
      into.codes = codes;
      return undefined;
    }
    case 'capture':
      if (value === undefined || !variableName.test(value)) return 'the name of a variable';
      if (isReservedName(value)) return 'a name that does not change how commands are run';
      if (role !== 'look') return 'a look: only what changes nothing may be read back';
      into.capture = value;
      return undefined;
    default:
      if (value === undefined || !/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(value))
        return 'the name of a namespace';
      into.namespace = value;
      return undefined;
  }
}
