/** Lets a kind of action look before it asks, and writes down what it found. */
import type { KindAction } from '../runbook/model.ts';
import { type Desk, Leave } from './desk.ts';
import type { ActionRef } from './event.ts';
import type { PlanContext, Planned, Planning } from './kind.ts';
import { readCommand } from './perform.ts';
import { redactJson } from './redact-json.ts';
import { actionIn } from './session.ts';
import { showing } from './show.ts';

/**
 * Makes the plan of an action. A plan goes into the journal and is asked about next; where there is nothing to do, or it cannot be
 * done, the action has ended with that. Cancelled, a plan that was there before stays.
 */
export async function plan(
  desk: Desk,
  at: ActionRef,
  work: { readonly kind: Planning; readonly action: KindAction; readonly cancel: AbortSignal },
): Promise<void> {
  const { kind, action, cancel } = work;
  const ref: ActionRef = { frame: at.frame, step: at.step, action: at.action };
  const show = showing(desk, ref);
  const startedAt = desk.options.ports.clock.now();
  desk.live({ working: { at: ref, doing: 'plan', startedAt, stopping: false } });
  const signal = AbortSignal.any([cancel, desk.leaving]);
  const context: PlanContext = {
    values: desk.values(),
    env: desk.env(),
    cluster: desk.session.cluster,
    get api() {
      return desk.api();
    },
    clock: desk.options.ports.clock,
    signal,
    progress: show.progress,
    read: (script, timeoutMs, limit) => readCommand(desk, ref, { script, timeoutMs, limit, signal }),
    earlier: actionIn(desk.session, ref)?.earlier ?? [],
  };
  let planned: Planned;
  try {
    planned = await kind.plan(action.spec, context);
  } catch (error) {
    if (error instanceof Leave) throw error;
    const why = error instanceof Error ? error.message : String(error);
    planned = { type: 'impossible', detail: `It could not be planned: ${why}` };
  } finally {
    show.stop();
  }
  if (desk.end) throw new Leave(desk.end);
  if (cancel.aborted) {
    if (actionIn(desk.session, ref)?.plan !== undefined) return;
    planned = { type: 'impossible', detail: 'Ended by the operator.' };
  }
  switch (planned.type) {
    case 'plan':
      return desk.record({
        type: 'action-planned',
        ...ref,
        plan: redactJson(planned.plan, desk.secretValues()),
        text: desk.redact(planned.text),
      });
    case 'nothing':
    case 'impossible': {
      const ok = planned.type === 'nothing';
      return desk.record({ type: 'action-ended', ...ref, ok, detail: desk.redact(planned.detail) });
    }
  }
}
