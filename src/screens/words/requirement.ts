import type { RequirementResult } from '../services.ts';

/** How what a runbook requires was found, in words. */
export const requirementWords: Readonly<Record<RequirementResult['status'], string>> = {
  ok: 'ok',
  missing: 'missing',
  unsuitable: 'does not fit',
  denied: 'denied',
  unknown: 'could not be checked',
};
