import type { AskingKind } from '../../state/kind.ts';
import { type ConfirmSpec, confirmSchema } from './schema.ts';

export const confirmKind: AskingKind<ConfirmSpec> = {
  way: 'asks',
  schema: confirmSchema,
  question: (spec, { at }) => ({ type: 'confirm', at, message: spec.message, mustType: spec.type }),
  answer(spec, intent) {
    if (intent.type !== 'confirm') return { ok: false, why: 'A confirmation is asked for.' };
    return spec.type === undefined || intent.typed?.trim() === spec.type
      ? { ok: true, answer: 'confirmed' }
      : { ok: false, why: `Type ${spec.type} to confirm.` };
  },
};
