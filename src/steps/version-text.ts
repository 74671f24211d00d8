import { z } from 'zod';
import { linkerdVersion } from '../runbook/linkerd-version.ts';
import { referencesOf } from './fill-in.ts';

/** A version of Linkerd in a block, or `$NAME` of a parameter that holds one. */
export const versionText = z
  .string()
  .min(1)
  .refine((text) => referencesOf(text).length > 0 || linkerdVersion(text) !== undefined, {
    message: 'Not a version of Linkerd, and not a parameter.',
  });
