import type { Clock } from '../clock.ts';
import type { User } from './options.ts';
import type { Store } from './store.ts';

/** What every request is answered from. */
export interface ApiContext {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  /** Who sends which bearer token. */
  readonly tokens: ReadonlyMap<string, User>;
  /** Address and port, as discovery tells them to clients. */
  readonly host: string;
}
