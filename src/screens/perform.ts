/** Does what the update asks for: calls the services, the walk and its output reader, and brings the answers back as messages. */
import type { Walk } from '../state/walk.ts';
import type { Effect, Message } from './messages.ts';
import type { Services, Started } from './services.ts';
import { longestPreview, previewWords } from './words/preview.ts';

export interface Performer {
  perform(effect: Effect): void;
  /** Follows a walk that was started elsewhere. */
  adopt(walk: Walk): void;
  /** Lets go of the walk; what runs goes on. */
  close(): Promise<void>;
  readonly walk: () => Walk | undefined;
}

export interface PerformerOptions {
  readonly services: Services;
  readonly dispatch: (message: Message) => void;
  readonly redraw: () => void;
  /** At the most so often, ms, is the screen told about a session whose question stays the same. */
  readonly coalesceMs: number;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createPerformer({ services, dispatch, redraw, coalesceMs }: PerformerOptions): Performer {
  let walk: Walk | undefined;
  let unsubscribe = (): void => {};
  const reading = new Map<string, Extract<Effect, { type: 'read-output' }> | undefined>();

  /** A service that fails is told on screen; it never ends the program. */
  const ask = <T>(promise: Promise<T>, then: (result: T | { readonly failed: string }) => Message): void => {
    promise.then(then, (error: unknown) => then({ failed: reason(error) })).then(dispatch);
  };

  const adopt = (next: Walk): void => {
    unsubscribe();
    walk = next;
    unsubscribe = subscribe(next, dispatch, coalesceMs);
    dispatch({ type: 'walk-began', state: next.store.getState(), folder: next.folder });
    const ended = (message: Message) => {
      if (walk !== next) return;
      dispatch({ type: 'walk-changed', state: next.store.getState() });
      dispatch(message);
    };
    next.finished.then(
      (end) => ended({ type: 'walk-ended', end }),
      (error: unknown) => ended({ type: 'walk-ended', end: { type: 'broken', detail: reason(error) } }),
    );
  };

  const close = async (): Promise<void> => {
    const last = walk;
    unsubscribe();
    unsubscribe = () => {};
    walk = undefined;
    await last?.close();
  };

  const begin = (started: Promise<Started>): void => {
    started.then(
      (result) => {
        if (result.ok) adopt(result.walk);
        else {
          const { message, fix } = result;
          dispatch({ type: 'walk-refused', trouble: fix === undefined ? { message } : { message, fix } });
        }
      },
      (error: unknown) => dispatch({ type: 'walk-refused', trouble: { message: reason(error) } }),
    );
  };

  /** One read at a time for each place; the newest wish waits for it. */
  const read = (effect: Extract<Effect, { type: 'read-output' }>): void => {
    const from = walk;
    if (!from) return;
    if (reading.has(effect.place)) {
      reading.set(effect.place, effect);
      return;
    }
    reading.set(effect.place, undefined);
    const { output } = from;
    const window =
      effect.first === undefined
        ? output.tail(effect.run, effect.count)
        : output.window(effect.run, effect.first, effect.count);
    window
      .then(
        (result) => {
          if (walk === from)
            dispatch({ type: 'output', place: effect.place, run: effect.run, window: result });
        },
        (error: unknown) => dispatch({ type: 'told', text: `The output cannot be read: ${reason(error)}` }),
      )
      .finally(() => {
        const next = reading.get(effect.place);
        reading.delete(effect.place);
        if (next) read(next);
      });
  };

  const load = (what: Extract<Effect, { type: 'load' }>['what']): void => {
    switch (what) {
      case 'target':
        ask(services.target(), (result) => ({ type: 'target', result }));
        break;
      case 'runbooks':
        ask(services.runbooks(), (result) => ({ type: 'runbooks', result }));
        break;
      case 'sessions':
        ask(services.sessions(), (result) => ({ type: 'sessions', result }));
        break;
      case 'practice':
        ask(services.practice.status(), (result) => ({ type: 'practice', result }));
    }
  };

  const perform = (effect: Effect): void => {
    switch (effect.type) {
      case 'load':
        load(effect.what);
        break;
      case 'practice':
        ask(services.practice[effect.action](), (result) => ({
          type: 'practice',
          result,
          after: effect.action,
        }));
        break;
      case 'brief': {
        const { file, values } = effect;
        ask(services.brief(file, values), (result) => ({
          type: 'briefed',
          file,
          result: 'problem' in result ? { failed: result.problem } : result,
        }));
        break;
      }
      case 'start':
        begin(services.start(effect.file, effect.values, effect.mode));
        break;
      case 'resume':
        begin(services.resume(effect.id, effect.as));
        break;
      case 'send':
        walk?.send(effect.intent);
        break;
      case 'read-output':
        read(effect);
        break;
      case 'search': {
        const { run, text, from, direction, around } = effect;
        const output = walk?.output;
        const first = output?.search(run, text, from, direction);
        const all = around
          ? first?.then((line) => (line < 0 && from > 0 ? output!.search(run, text, 0, direction) : line))
          : first;
        all?.then(
          (line) => dispatch({ type: 'found', run, text, line }),
          (error: unknown) => dispatch({ type: 'told', text: `The search failed: ${reason(error)}` }),
        );
        break;
      }
      case 'sum-up': {
        const { run } = effect;
        walk?.output.window(run, 0, longestPreview).then(
          ({ lines }) => dispatch({ type: 'summed-up', run, said: previewWords(lines) }),
          (error: unknown) => dispatch({ type: 'told', text: `The output cannot be read: ${reason(error)}` }),
        );
        break;
      }
      case 'report':
        ask(
          services.report(effect.id).then((text) => ({ text })),
          (result) => ({ type: 'report', id: effect.id, result }),
        );
        break;
      case 'suppress': {
        const from = walk;
        const { finding, reason: why, days } = effect;
        const uid = from?.store.getState().session.cluster?.uid;
        if (!from || uid === undefined) break;
        services.suppress({ cluster: uid, finding, reason: why, days }).then(
          (until) => {
            dispatch({ type: 'told', text: `${finding.code} is put aside until ${until}.` });
            from.send({ type: 'diagnose' });
          },
          (error: unknown) => dispatch({ type: 'told', text: `It could not be put aside: ${reason(error)}` }),
        );
        break;
      }
      case 'close-walk':
        void close();
        break;
      case 'redraw':
        redraw();
    }
  };

  return { perform, adopt, close, walk: () => walk };
}

/** Tells changes of a session: at once where the question moved, a notice came or nothing was told for a while, otherwise coalesced. */
function subscribe(walk: Walk, dispatch: (message: Message) => void, coalesceMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    toldAt = performance.now();
    dispatch({ type: 'walk-changed', state: walk.store.getState() });
  };
  const stop = walk.store.subscribe((state, before) => {
    if (state.question !== before.question || state.live.notice !== before.live.notice) tell();
    else timer ??= setTimeout(tell, Math.max(0, toldAt + coalesceMs - performance.now()));
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
