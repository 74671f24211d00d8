import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { TOKENS } from './files.ts';
import { lastLines, type Program } from './process.ts';

const READY_MS = 90_000;

/** Whether a program says on this port that it is ready. */
export function ready(port: number, path: string, ca?: string): Promise<boolean> {
  const authorization = `Bearer ${TOKENS.admin}`;
  const trust = ca === undefined ? { rejectUnauthorized: false } : { ca };
  return new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', port, path, headers: { authorization }, agent: false, timeout: 5_000, ...trust },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Waits for an answer; throws with the end of the log when the program ended, or does not come up in time. */
export async function until(program: Program, answers: () => Promise<boolean>): Promise<void> {
  for (const start = Date.now(); !(await answers()); await pause(50)) {
    const end = program.ended();
    const late = Date.now() - start > READY_MS ? `was not ready after ${READY_MS / 1000} s` : undefined;
    const problem = end === undefined ? late : `ended (${end}) while it started`;
    if (problem !== undefined) throw new Error(`${program.name} ${problem}:\n${lastLines(program.log)}`);
  }
}
