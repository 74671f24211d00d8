/** How long the machine lets a program wait that has next to nothing to do: what is measured beside it includes that. */
import { spawn } from 'node:child_process';
import { quantile } from './process-figures.ts';

const script = `
const late = [];
let due = performance.now() + 20;
const timer = () => setTimeout(() => {
  late.push(performance.now() - due);
  due = performance.now() + 20;
  timer();
}, 20);
timer();
process.on('SIGTERM', () => process.stdout.write(JSON.stringify(late), () => process.exit(0)));
`;

/** Starts a bare Node with a timer; the answer ends it and gives by how many ms its timers were late. */
export function measureLateness(): () => Promise<readonly number[]> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return async () => {
    child.kill('SIGTERM');
    await ended;
    return JSON.parse(output) as number[];
  };
}

/** `12 and 340`: what 99 of 100 timers do not exceed, and the latest of all, in ms. */
export const latenessWords = (late: readonly number[]): string =>
  `${quantile(late, 0.99).toFixed(0)} and ${quantile(late, 1).toFixed(0)}`;
