import type { KubeObject } from '../kube-client.ts';
import type { Json } from './json.ts';

/** A column with the way to fill it; `now` is in milliseconds since the epoch. */
export interface Printed {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'date' | 'number' | 'boolean';
  readonly wide?: boolean;
  readonly cell: (object: KubeObject, now: number) => Json;
}
