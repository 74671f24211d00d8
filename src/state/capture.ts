/** The output of a look as the value of a parameter. */
import { checkValue } from '../runbook/parameters.ts';
import type { Desk } from './desk.ts';
import { specsOf } from './values.ts';

/** A captured value longer than this is a mistake, not a value. */
const captureLimit = 64 * 1024;

/** Why the output is no value for the parameter, or undefined once it is set. */
export async function capture(desk: Desk, runFolder: string, name: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await desk.options.ports.captured(runFolder, captureLimit);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The output for ${name} could not be read: ${why}`;
  }
  if (Buffer.byteLength(text) > captureLimit) return `The output is too long to be a value of ${name}.`;
  const spec = specsOf(desk.session, desk.options.bundle).find((one) => one.name === name);
  const checked = spec ? checkValue(spec, text.trim()) : { ok: true as const, value: text.trim() };
  if (!checked.ok) return `The output cannot be taken for ${name}: ${checked.message}`;
  const secret = spec?.type === 'secret';
  if (secret) desk.secrets[name] = checked.value;
  await desk.record({
    type: 'parameter-set',
    name,
    value: secret ? undefined : checked.value,
    source: 'captured',
  });
  return undefined;
}
