/** A session line by line: over a pipe, on a dumb terminal, or because it was asked for. The same engine as the screens. */
import type { Writable } from 'node:stream';
import { exitCodeOf } from '../../state/exit-codes.ts';
import type { Question } from '../../state/question.ts';
import type { Walk, WalkEnd, WalkState } from '../../state/walk.ts';
import { kinds } from '../../steps/kinds.ts';
import { type LineInput, type LineSource, lineInput } from '../../terminal/line-input.ts';
import type { KindsShown } from '../ui-state.ts';
import { steeringOf, wordsNow } from '../words/kinds.ts';
import { questionLine } from '../words/question.ts';
import { parseAnswer } from './answers.ts';
import { askLines, catalogueLines, helpLines, offeredLines, offersOf, takenLines } from './ask.ts';
import { explained, narrate, opening } from './narrate.ts';
import { createPrinter } from './printer.ts';
import type { Said } from './said.ts';
import { parseWord, wordsHelp, wordsLine } from './steer.ts';

export interface PlainOptions {
  readonly walk: Walk;
  readonly input: LineSource;
  readonly output: Writable;
  /** Where something was asked before the walk: it may have read ahead. */
  readonly lines?: LineInput;
  /** Nothing is asked: the session answers by itself, and here it is only told. */
  readonly unattended: boolean;
  readonly color: boolean;
  /** Ctrl-C or a signal: the session is paused. A running command goes on. */
  readonly interrupted?: AbortSignal;
  /** The words of the kinds that can be steered; those of the kinds that the program has, unless told. */
  readonly steering?: KindsShown['steering'];
  /** How often the output of a running command is looked at, ms. */
  readonly followMs?: number;
}

/** How many lines of output are read at once. */
const batch = 500;

/** Walks the session to its end, a pause or a stop, and gives the exit code. */
export async function runPlain(options: PlainOptions): Promise<number> {
  const { walk, unattended, steering = steeringOf(kinds) } = options;
  const printer = createPrinter(options.output, options.color);
  const lines = unattended ? undefined : (options.lines ?? lineInput(options.input, options.output));
  const printed = new Map<string, number>();
  const unreadable = new Set<string>();
  const explainedAlready = new Set<string>();
  let last: WalkState | undefined;
  let answered: Question | undefined;
  let answeredAs: number | undefined;
  let over = false;

  /** Prints what a run has written since the last time. */
  const follow = async (run: string): Promise<void> => {
    for (;;) {
      const from = printed.get(run) ?? 0;
      const window = await walk.output.window(run, from, batch).catch((error: unknown) => {
        if (!unreadable.has(run))
          printer.say({ type: 'bad', text: `The output cannot be read: ${String(error)}` });
        unreadable.add(run);
      });
      if (!window) return;
      for (const line of window.lines) printer.output(line);
      printed.set(run, from + window.lines.length);
      if (window.lines.length < batch) return;
    }
  };
  /** Once for each action: a text that was printed with a question is not printed again with its command. */
  const explain = ({ at, part }: Extract<Said, { type: 'explain' }>): void => {
    const key = JSON.stringify([at.frame, at.step, at.action, part]);
    if (explainedAlready.has(key)) return;
    explainedAlready.add(key);
    for (const one of explained(walk.store.getState(), at, part)) if (one.type === 'text') printer.say(one);
  };
  const tell = async (said: readonly Said[]): Promise<void> => {
    for (const one of said) {
      if (one.type === 'output') await follow(one.run);
      else if (one.type === 'explain') explain(one);
      else printer.say(one);
    }
  };

  /** Asks until a line fits. The end of the input is a pause: nobody is there any more. */
  const ask = async (before: WalkState, question: Question): Promise<void> => {
    if (unattended || !lines || before.readOnly) return;
    const { asked } = before;
    await tell(askLines(before, question));
    for (;;) {
      const secret = question.type === 'parameter' && question.parameter.type === 'secret';
      const line = await (secret ? lines.askSecret('') : lines.ask(''));
      if (over) return;
      if (line.type !== 'line') {
        const why = line.type === 'end' ? 'The input has ended' : 'Ctrl+C was pressed';
        printer.say({ type: 'notice', text: `${why}, so the session is paused here.` });
        walk.send({ type: 'pause' });
        return;
      }
      const state = walk.store.getState();
      // More may have come to be known of it while the line was waited for.
      const now = (asked !== undefined && asked === state.asked && state.question) || question;
      const answer = parseAnswer(now, line.text, offersOf(state, now));
      if (answer.type === 'refused') printer.say({ type: 'bad', text: answer.message });
      else if (answer.type === 'help') await tell(helpLines(state, now));
      else if (answer.type === 'catalogue') await tell(catalogueLines(state));
      else {
        walk.send(answer.intent);
        if (answer.intent.type !== 'note' && answer.intent.type !== 'diagnose') return;
      }
    }
  };

  /** While an action works, lines that begin with its words are for it. Another one waits for the next question. */
  let hearing: AbortController | undefined;
  const hear = async (state: WalkState): Promise<void> => {
    const words = wordsNow(state, steering).filter(({ onPanel }) => !onPanel);
    if (words.length === 0 || !lines || unattended || hearing) return;
    hearing = new AbortController();
    const { signal } = hearing;
    printer.say({ type: 'text', text: wordsLine(words) });
    while (!signal.aborted) {
      const line = await lines.listen((text) => parseWord(words, text) !== undefined, signal);
      if (line === undefined || signal.aborted) return;
      const told = parseWord(words, line);
      if (told === undefined) printer.say({ type: 'bad', text: `"${line.trim()}" is none of its words.` });
      if (told?.type === 'refused') printer.say({ type: 'bad', text: told.message });
      if (told === undefined || told.type === 'help')
        for (const text of wordsHelp(words)) printer.say({ type: 'text', text });
      if (told?.type === 'intent') walk.send(told.intent);
    }
  };
  const stopHearing = (): void => {
    hearing?.abort();
    hearing = undefined;
  };

  // A mistake of ours must end the program, not leave it waiting for ever.
  let fail: (error: unknown) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => undefined);

  // States are told one after the other, in order: a narration that reads output never overtakes the next one.
  let queue: Promise<void> = Promise.resolve();
  const step = (state: WalkState): void => {
    queue = queue.then(async () => {
      if (over) return;
      const before = last;
      last = state;
      await tell(narrate(before, state, unattended ? undefined : answered));
      const { question, live } = state;
      if (live.working?.doing === 'perform') hear(state).catch(fail);
      else stopHearing();
      for (const taken of live.taken?.slice(before?.live.taken?.length ?? 0) ?? [])
        await tell(takenLines(state, taken));
      // A question asked once more is a new one. To ask one twice would give it a line meant for the next.
      if (question && question !== answered && question === walk.store.getState().question) {
        const more = state.asked !== undefined && state.asked === answeredAs;
        answered = question;
        answeredAs = state.asked;
        if (more && question.type === 'failure')
          await tell(unattended || state.readOnly ? [] : offeredLines(state, question));
        else asking = asking.then(() => ask(state, question)).catch(fail);
      }
    });
    queue.catch(fail);
  };
  let asking: Promise<void> = Promise.resolve();

  const stop = (): void => walk.send({ type: 'pause' });
  options.interrupted?.addEventListener('abort', stop, { once: true });
  // It may have come while this was being loaded.
  if (options.interrupted?.aborted) stop();
  await tell(opening(walk.store.getState(), walk.folder));
  const unsubscribe = walk.store.subscribe(step);
  step(walk.store.getState());
  const timer = setInterval(() => {
    const running = walk.store.getState().live.running?.run;
    if (running !== undefined) queue = queue.then(() => (over ? undefined : follow(running)));
  }, options.followMs ?? 200);

  const end = await Promise.race([walk.finished, broken]);
  clearInterval(timer);
  unsubscribe();
  await queue;
  over = true;
  stopHearing();
  lines?.release();
  options.interrupted?.removeEventListener('abort', stop);
  await tell(closing(walk, end));
  return exitCodeOf(end);
}

function closing(walk: Walk, end: WalkEnd): readonly Said[] {
  const state = walk.store.getState();
  const { session } = state;
  const resume = `To go on: handrail resume ${session.id}`;
  const record: Said = { type: 'text', text: `The record is in ${walk.folder}` };
  switch (end.type) {
    case 'completed':
      return [{ type: 'heading', text: 'The runbook has come to its end.' }, record];
    case 'paused': {
      if (state.readOnly)
        return [{ type: 'heading', text: 'No longer followed. That changes nothing for the session.' }];
      const running = state.live.running ? ' The command that was running goes on.' : '';
      return [{ type: 'heading', text: `Paused.${running}` }, { type: 'text', text: resume }, record];
    }
    case 'stopped':
      return [{ type: 'heading', text: 'Stopped. This session is over.' }, record];
    case 'failed':
      return [
        { type: 'heading', text: 'Stopped: a step failed.' },
        { type: 'bad', text: end.detail },
        ...(session.ended === undefined ? [{ type: 'text', text: resume } as const] : []),
        record,
      ];
    case 'unanswered':
      return [
        { type: 'heading', text: 'Stopped: nobody is there to answer this question.' },
        { type: 'bad', text: questionLine(state, end.question) },
        { type: 'text', text: end.detail },
        { type: 'text', text: resume },
        record,
      ];
    case 'broken':
      return [
        { type: 'heading', text: 'Stopped: the session could not be kept. Nothing was done after this.' },
        { type: 'bad', text: end.detail },
        record,
      ];
  }
}
