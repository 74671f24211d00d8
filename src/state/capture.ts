/** The output of a look as the value of a parameter. */
import { checkValue } from '../runbook/parameters.ts';
import { holdsSecret } from '../runbook/redact.ts';
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
  // A secret that came by way of a command is no less of one.
  const secret = spec?.type === 'secret' || holdsSecret(checked.value, desk.secretValues());
  await desk.setParameter(name, checked.value, { secret, source: 'captured' });
  return undefined;
}
