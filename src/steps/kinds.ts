/** The one list of kinds. A new kind is a folder beside this file and a line here. */
import type { ActionSchema } from '../runbook/action-schema.ts';
import type { Kinds } from '../state/kind.ts';
import { askKind } from './ask/kind.ts';
import { checkKind } from './check/kind.ts';
import { chooseKind } from './choose/kind.ts';
import { confirmKind } from './confirm/kind.ts';
import { hopsKind } from './hops/kind.ts';
import { includeSchema } from './include/schema.ts';
import { noticeKind } from './notice/kind.ts';
import { noticesKind } from './notices/kind.ts';
import { planKind } from './plan/kind.ts';
import { preflightKind } from './preflight/kind.ts';
import { pruneKind } from './prune/kind.ts';
import { restartKind } from './restart/kind.ts';
import { rolloutKind } from './rollout/kind.ts';
import { waitKind } from './wait/kind.ts';
import { whenSchema } from './when/schema.ts';

/** What the engine can do besides running shell blocks, which is its core. */
export const kinds: Kinds = [
  askKind,
  checkKind,
  chooseKind,
  confirmKind,
  hopsKind,
  noticeKind,
  noticesKind,
  preflightKind,
  planKind,
  pruneKind,
  restartKind,
  rolloutKind,
  waitKind,
];

/** What the parser can read: the kinds, and the two blocks that it evaluates itself. */
export const actionSchemas: readonly ActionSchema[] = [
  ...kinds.map((kind) => kind.schema),
  whenSchema as ActionSchema,
  includeSchema as ActionSchema,
];
