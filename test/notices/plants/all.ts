/** All plants, by the id of the notice that must name them. What a finding touches is in `findings.test.ts`. */
import { plants29 } from './2.9.ts';
import { plants210 } from './2.10.ts';
import { plants211 } from './2.11.ts';
import { plants212 } from './2.12.ts';
import { plants213 } from './2.13.ts';
import { plants215 } from './2.15.ts';
import { plants218 } from './2.18.ts';
import { plants219 } from './2.19.ts';
import type { Plant } from './make.ts';

export const plants: Readonly<Record<string, readonly Plant[]>> = {
  ...plants29,
  ...plants210,
  ...plants211,
  ...plants212,
  ...plants213,
  ...plants215,
  ...plants218,
  ...plants219,
};
