/** Every detector there is. A new one is a file beside this one and a line here; each code has a page in `docs/findings`. */
import type { Detector } from '../detector.ts';

export const detectors: readonly Detector[] = [];
