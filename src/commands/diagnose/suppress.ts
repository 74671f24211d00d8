/** What `--suppress`, `--reason` and `--until` ask for. */
import { closest } from 'fastest-levenshtein';
import { findingKinds } from '../../diagnosis/kinds.ts';
import { parseTarget, parseUntil } from '../../diagnosis/known.ts';
import type { PuttingAside } from '../put-aside.ts';
import { OperatorError } from '../trouble.ts';

export interface SuppressOptions {
  readonly suppress?: readonly string[];
  readonly reason?: string;
  readonly until?: string;
}

/** Throws an OperatorError where it is not said in full, or what is not known is named. No targets: nothing is asked for. */
export function readWish(
  { suppress = [], reason, until }: SuppressOptions,
  now: number,
): Omit<PuttingAside, 'cluster'> {
  if (suppress.length === 0) {
    if (reason !== undefined || until !== undefined) {
      throw new OperatorError('--reason and --until belong to --suppress.', { fix: example });
    }
    return { targets: [], reason: '', until: now };
  }
  if (reason === undefined || reason.trim() === '' || until === undefined) {
    throw new OperatorError('To suppress a finding, say why and until when.', { fix: example });
  }
  const end = parseUntil(until, now);
  if (typeof end === 'string') {
    throw new OperatorError(`--until ${JSON.stringify(until)}: ${end}`, { fix: example });
  }
  return { targets: suppress.map(target), reason: reason.trim(), until: end };
}

const example = 'For example: --suppress issuer-expiring --reason "rotated on Monday" --until 7d';

function target(text: string) {
  const parsed = parseTarget(text);
  const codes = Object.keys(findingKinds());
  if (parsed === undefined) {
    throw new OperatorError(`--suppress ${JSON.stringify(text)} is no finding.`, {
      fix: 'It takes CODE, CODE@KIND/NAMESPACE/NAME, or CODE@KIND/NAME.',
    });
  }
  if (!codes.includes(parsed.code)) {
    throw new OperatorError(`There is no finding ${parsed.code}.`, {
      fix: codes.length === 0 ? example : `Did you mean: ${closest(parsed.code, codes)}`,
    });
  }
  return parsed;
}
