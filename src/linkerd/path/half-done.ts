/** An upgrade that stopped half way: `linkerd-config` names the new release early, and pods of another one go on running. */
import type { PathFacts } from './model.ts';

/** The versions besides `claimed` that pods of the control plane run; none where that is not known. */
export const leftBehind = (claimed: string, { running = [] }: PathFacts): readonly string[] =>
  running.filter((version) => version !== claimed);
