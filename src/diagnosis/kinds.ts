import type { Detector, FindingKind } from './detector.ts';
import { detectors as all } from './detectors/all.ts';

/** Everything that is looked for, by its code. */
export function findingKinds(detectors: readonly Detector[] = all): Readonly<Record<string, FindingKind>> {
  return Object.fromEntries(detectors.flatMap(({ kinds }) => Object.entries(kinds)));
}
