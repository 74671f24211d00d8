/** How commands end, in words and in judgement. */
import type { RawEnding } from '../shell/port.ts';
import type { Ending } from './event.ts';
import type { CommandRun } from './session.ts';

/** Whether the command ended by itself, with a code that the runbook takes for success. */
export function succeeded(run: CommandRun): boolean {
  return run.ending?.type === 'exited' && run.ending.ok;
}

/** Our own program died before it could start the command: it is as if it had not been tried. */
export function neverBegan(run: CommandRun): boolean {
  return run.ending?.type === 'not-started' && run.ending.interrupted === true;
}

/** What the runbook makes of a raw ending: exit codes other than 0 may be good ones. */
export function judge(
  raw: RawEnding & { readonly interrupted?: boolean },
  codes: readonly number[],
  stoppedBy: 'operator' | 'timeout' | undefined,
): Ending {
  switch (raw.type) {
    case 'exited': {
      const ok = codes.includes(raw.code);
      // Told to stop, a shell may report the signal as an exit code of its own. A good code means that it was done first.
      if (stoppedBy && !ok) return { type: 'killed', by: stoppedBy, signal: 'SIGTERM' };
      const { code, leftBehind } = raw;
      return { type: 'exited', code, ok, ...(leftBehind === undefined ? {} : { leftBehind }) };
    }
    case 'signalled':
      return { type: 'killed', by: stoppedBy ?? 'other', signal: raw.signal };
    case 'not-started':
      return { type: 'not-started', why: raw.why, ...(raw.interrupted ? { interrupted: true } : {}) };
    case 'unknown':
      return { type: 'unknown' };
  }
}

/** A phrase that follows `the command`: `ended with exit code 1 after 0:07`. */
export function endingText(run: CommandRun): string {
  const ending = run.ending;
  const after = run.durationMs === undefined ? '' : ` after ${clockTime(run.durationMs)}`;
  switch (ending?.type) {
    case undefined:
      return 'is running';
    case 'exited':
      return `ended with exit code ${ending.code}${after}`;
    case 'killed':
      if (ending.by === 'timeout') return `was ended${after}: it took longer than ${limit(run)}`;
      return ending.by === 'operator'
        ? `was ended by the operator${after}`
        : `was ended by ${ending.signal} from outside${after}`;
    case 'not-started':
      return `could not be started: ${ending.why.replace(/\.$/, '')}`;
    case 'unknown':
      return 'ended in a way that nobody saw';
  }
}

function limit(run: CommandRun): string {
  return run.timeoutMs === undefined ? 'allowed' : `the ${clockTime(run.timeoutMs)} it is given`;
}

/** What a command that ended well has left behind, in a sentence; undefined where there is nothing to say. */
export function leftBehindText(run: CommandRun): string | undefined {
  const left = run.ending?.type === 'exited' ? run.ending.leftBehind : undefined;
  if (left === undefined) return undefined;
  return left === 1
    ? '1 process of this command still runs.'
    : `${left} processes of this command still run.`;
}

/** `0:07`, `12:31`, `1:02:03`. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
