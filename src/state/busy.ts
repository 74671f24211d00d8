/** Deals with intents while something runs: a note is kept, cancel ends it, pause leaves it, all else has to wait. */
import { type Desk, Leave } from './desk.ts';

/** Settles as `work` does, or rejects with `Leave`. */
export async function whileBusy<T>(desk: Desk, work: Promise<T>, cancel: () => void): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  // Its failure is met below; this only keeps Node from seeing it unhandled when we leave first.
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  for (;;) {
    await Promise.race([settled, desk.mailbox.ready()]);
    if (over) return done;
    if (desk.end) throw new Leave(desk.end);
    const message = desk.mailbox.take();
    switch (message?.intent.type) {
      case undefined:
        break;
      case 'note':
        await desk.record({
          type: 'note-added',
          text: desk.redact(message.intent.text),
          operator: desk.options.operator,
        });
        break;
      case 'cancel':
        cancel();
        break;
      case 'pause':
        await pauseSession(desk);
        break;
      case 'stop':
        desk.live({ notice: 'Something runs: cancel it first, or pause and let it go on.' });
        break;
      default:
        desk.live({ notice: 'Something runs: wait for its end, or cancel it.' });
    }
  }
}

/** Writes down that the session rests and leaves it. What runs goes on. */
export async function pauseSession(desk: Desk): Promise<never> {
  await desk.record({ type: 'session-paused', operator: desk.options.operator });
  const end = { type: 'paused' } as const;
  desk.leave(end);
  throw new Leave(end);
}
