/** One thing that a policy has to allow. */
import type { Json } from '../../rollout/json.ts';
import type { LabelSelector } from '../../rollout/label-selector.ts';
import type { Direction } from './model.ts';
import type { Protocol } from './ports.ts';

export interface Ask {
  readonly namespace: string;
  readonly direction: Direction;
  /** Pods that are isolated in this direction already: nothing that they may do now is taken from them. */
  readonly selector: LabelSelector;
  /** As the API has it; undefined: everybody, for it is about somebody that no selector takes. */
  readonly peer: Json | undefined;
  readonly protocol: Protocol;
  readonly port: number;
}
