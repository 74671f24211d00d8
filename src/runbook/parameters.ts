import { durationForm, parseDuration } from './durations.ts';
import { linkerdVersion } from './linkerd-version.ts';
import type { ParameterSpec } from './model.ts';
import { oneOf } from './suggest.ts';
import { inRange, toSemver } from './versions.ts';

type Checked =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string };

const refuse = (message: string): Checked => ({ ok: false, message });

/**
 * Whether the parameter takes the value, and the value in the form that commands get: outer blanks gone, a bare Linkerd
 * version with its `stable-`. Messages never repeat a secret.
 */
export function checkValue(spec: ParameterSpec, given: string): Checked {
  const value = spec.type === 'secret' ? given : given.trim();
  if (value === '') return spec.optional ? { ok: true, value } : refuse(`${spec.name} needs a value.`);
  if (/[\x00\n\r]/.test(value) && spec.type !== 'secret') return refuse(`${spec.name} must be one line.`);
  if (value.includes('\0')) return refuse(`${spec.name} must not hold a NUL character.`);
  const checked = checkType(spec, value);
  if (!checked.ok) return checked;
  if (spec.pattern !== undefined && !matchesWhole(spec.pattern, checked.value))
    return refuse(`${shown(spec, value)} does not match ${spec.pattern}.`);
  return checked;
}

function checkType(spec: ParameterSpec, value: string): Checked {
  switch (spec.type) {
    case 'string':
    case 'secret':
      return { ok: true, value };
    case 'choice':
      return spec.choices?.includes(value)
        ? { ok: true, value }
        : refuse(`${shown(spec, value)} is none of ${oneOf(spec.choices ?? [])}.`);
    case 'version':
      if (toSemver(value) === undefined)
        return refuse(`${shown(spec, value)} is no version such as 1.24.3 or v1.24.3.`);
      return checkRange(spec, value);
    case 'linkerd-version': {
      const name = linkerdVersion(value);
      if (name === undefined)
        return refuse(
          `${shown(spec, value)} is no Linkerd version such as stable-2.14.10, 2.14.10 or edge-24.11.8.`,
        );
      return checkRange(spec, name);
    }
    case 'namespace':
      return /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(value)
        ? { ok: true, value }
        : refuse(
            `${shown(spec, value)} is no namespace: small letters, digits and -, at most 63, a letter or digit at both ends.`,
          );
    case 'context':
      // Contexts are free text in a kubeconfig; what cannot be one is a flag or something with control characters.
      return /^[^-\x00-\x20\x7f][^\x00-\x1f\x7f]*$/.test(value)
        ? { ok: true, value }
        : refuse(`${shown(spec, value)} is no context name.`);
    case 'duration':
      return parseDuration(value) === undefined
        ? refuse(`${shown(spec, value)} is not ${durationForm}.`)
        : { ok: true, value };
  }
}

function checkRange(spec: ParameterSpec, value: string): Checked {
  return spec.range === undefined || inRange(value, spec.range)
    ? { ok: true, value }
    : refuse(`${shown(spec, value)} is not in ${spec.range}.`);
}

const shown = (spec: ParameterSpec, value: string) =>
  spec.type === 'secret' ? spec.name : JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);

/** A pattern that cannot be read matches nothing; the linter has said so. */
function matchesWhole(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  } catch {
    return false;
  }
}
