/** Asks for lines, on a terminal or over a pipe. Lines that come ahead of their question are kept for the next ones. */
import { StringDecoder } from 'node:string_decoder';

export interface LineSource {
  readonly isTTY?: boolean;
  readonly readableEnded?: boolean;
  setRawMode?(on: boolean): unknown;
  on(event: string, listener: (chunk: Buffer | string) => void): unknown;
  off(event: string, listener: (chunk: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  ref?(): unknown;
}

interface LineOutput {
  write(text: string): unknown;
}

type LineAnswer =
  | { readonly type: 'line'; readonly text: string }
  /** There is nothing more to read: Ctrl+D, or the end of a pipe. */
  | { readonly type: 'end' }
  /** Ctrl+C while a secret was typed; elsewhere Ctrl+C is a signal. */
  | { readonly type: 'interrupt' };

/** Lines, one question at a time. Whoever asks next gets what was read ahead. */
export interface LineInput {
  /** Writes the prompt and reads one line, without its line break. One question at a time. */
  ask(prompt: string): Promise<LineAnswer>;
  /** Like `ask`, but what is typed is not shown; a pipe is read as it is. */
  askSecret(prompt: string): Promise<LineAnswer>;
  /**
   * Reads a line that nothing was asked for, where it `fits`. On a terminal any other line is given as well, to be refused; over a
   * pipe it is left for the next question, and undefined is given, as at the end of the input and once `signal` is aborted.
   */
  listen(fits: (text: string) => boolean, signal: AbortSignal): Promise<string | undefined>;
  /** Stops reading and shows again what is typed, so that somebody else gets the input. `ask` begins again. */
  release(): void;
}

export function lineInput(source: LineSource, output: LineOutput): LineInput {
  const decoder = new StringDecoder('utf8');
  let buffered = '';
  let ended = source.readableEnded === true;
  let waiting: (() => void) | undefined;
  let reading = false;
  let hidden = false;

  const onData = (chunk: Buffer | string): void => {
    buffered += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    waiting?.();
  };
  const onEnd = (): void => {
    buffered += decoder.end();
    ended = true;
    waiting?.();
  };
  const begin = (): void => {
    if (reading || ended) return;
    reading = true;
    source.on('data', onData);
    // Whoever read before us may have allowed the program to end while nothing is typed.
    source.ref?.();
    source.resume();
  };
  const hide = (on: boolean): void => {
    if (hidden === on) return;
    hidden = on;
    source.setRawMode?.(on);
  };
  const release = (): void => {
    hide(false);
    if (!reading) return;
    reading = false;
    source.off('data', onData);
    source.pause();
  };

  // A pipe can end between two questions, and says so only once.
  source.on('end', onEnd);
  source.on('error', onEnd);

  /** Waits until `take` finds an answer in what was read. */
  const until = (take: () => LineAnswer | undefined): Promise<LineAnswer> =>
    new Promise((resolve) => {
      const settle = (): void => {
        const answer = take();
        if (!answer) return;
        waiting = undefined;
        release();
        resolve(answer);
      };
      waiting = settle;
      begin();
      settle();
    });

  const takeLine = (): LineAnswer | undefined => {
    const end = buffered.indexOf('\n');
    if (end >= 0) {
      const text = buffered.slice(0, end).replace(/\r$/, '');
      buffered = buffered.slice(end + 1);
      return { type: 'line', text };
    }
    if (!ended) return undefined;
    if (buffered === '') return { type: 'end' };
    const text = buffered;
    buffered = '';
    return { type: 'line', text };
  };

  return {
    ask: (prompt) => {
      output.write(prompt);
      return until(takeLine);
    },
    askSecret: async (prompt) => {
      output.write(prompt);
      if (source.isTTY !== true || source.setRawMode === undefined) return until(takeLine);
      hide(true);
      const secret = secretTaker();
      const answer = await until(() => {
        const typed = buffered;
        buffered = '';
        const found = secret.push(typed);
        if (found) buffered = found.rest;
        return found?.answer ?? (ended ? { type: 'end' } : undefined);
      });
      output.write('\n');
      return answer;
    },
    listen: (fits, signal) =>
      new Promise((resolve) => {
        const done = (text: string | undefined): void => {
          signal.removeEventListener('abort', give);
          waiting = undefined;
          release();
          resolve(text);
        };
        const give = (): void => done(undefined);
        const settle = (): void => {
          const end = buffered.indexOf('\n');
          if (end < 0) {
            if (ended) give();
            return;
          }
          const text = buffered.slice(0, end).replace(/\r$/, '');
          if (source.isTTY !== true && !fits(text)) {
            give();
            return;
          }
          buffered = buffered.slice(end + 1);
          done(text);
        };
        if (signal.aborted) {
          resolve(undefined);
          return;
        }
        signal.addEventListener('abort', give, { once: true });
        waiting = settle;
        begin();
        settle();
      }),
    release,
  };
}

/** Line editing without echo: Backspace, Ctrl+U and Ctrl+W work; arrows and other sequences are dropped. */
function secretTaker(): {
  push(typed: string): { readonly answer: LineAnswer; readonly rest: string } | undefined;
} {
  let text: string[] = [];
  return {
    push: (typed) => {
      const keys = Array.from(typed.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)?/g, ''));
      for (const [index, key] of keys.entries()) {
        const rest = keys.slice(index + 1).join('');
        if (key === '\r' || key === '\n') return { answer: { type: 'line', text: text.join('') }, rest };
        if (key === '\x03') return { answer: { type: 'interrupt' }, rest };
        if (key === '\x04' && text.length === 0) return { answer: { type: 'end' }, rest };
        if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
        else if (key === '\x15') text = [];
        else if (key === '\x17') text = Array.from(text.join('').replace(/\S*\s*$/, ''));
        else if (key >= ' ') text.push(key);
      }
      return undefined;
    },
  };
}
