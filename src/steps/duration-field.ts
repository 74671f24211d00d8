import { z } from 'zod';
import { durationForm, parseDuration } from '../runbook/durations.ts';

/** A length of time in a block, such as `90s`: in ms, and not less than `least`. */
export const duration = (least = 0) =>
  z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= least) return ms;
    context.addIssue({ code: 'custom', message: `Not ${durationForm}.` });
    return z.NEVER;
  });
