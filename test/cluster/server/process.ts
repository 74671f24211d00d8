import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { basename } from 'node:path';

/** A program in the background that cannot outlive the process that started it. */
export interface Program {
  readonly name: string;
  /** What it has written so far is here. */
  readonly log: string;
  /** How it ended; undefined while it runs. */
  readonly ended: () => string | undefined;
  /** Stops it where it stands, as a machine that hangs: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL; settles when it is gone. */
  kill(): Promise<void>;
}

/**
 * The program runs under a shell that holds the end of a pipe to us, over which signals are sent. When we are gone, however that happened, the pipe ends
 * and the shell kills the program: not even a test run that dies by SIGKILL leaves a server behind.
 */
const GUARD = `exec 3<&0 </dev/null
"$@" 3<&- & child=$!
{ while read -r signal <&3; do kill -s "$signal" $child; done; kill -9 $child 2>/dev/null; } & guard=$!
wait $child; code=$?
kill -9 $guard 2>/dev/null
exit $code`;

/** Starts a program with its output going to a file. */
export function startProgram(file: string, args: readonly string[], log: string): Program {
  const output = openSync(log, 'a');
  // A process group of its own: Ctrl-C in the terminal goes to the test run, which then ends this in its own order.
  const child = spawn('sh', ['-c', GUARD, basename(file), file, ...args], {
    stdio: ['pipe', output, output],
    // No proxy of this machine comes between the programs.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    detached: true,
  });
  closeSync(output);
  let end: string | undefined;
  const gone = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      end = error.message;
      resolve();
    });
    child.on('exit', (code, signal) => {
      end = signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve();
    });
  });
  // The shell may end between, with the program.
  const input = child.stdin as Socket;
  input.on('error', () => undefined);
  const signal = (name: string) => {
    if (end === undefined) input.write(`${name}\n`);
  };
  // It must not keep a test run alive that has nothing else to do.
  child.unref();
  input.unref();
  return {
    name: basename(file),
    log,
    ended: () => end,
    freeze: () => signal('STOP'),
    thaw: () => signal('CONT'),
    kill() {
      child.ref();
      signal('KILL');
      return gone;
    },
  };
}

/** The last lines of a program's log, for an error. */
export function lastLines(log: string, count = 15): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/** Below the ports that systems give to outgoing connections, so that a server finds its own again when it is restarted. */
const PORTS = { from: 18_000, to: 32_000 };

/** So many ports of 127.0.0.1 that nobody uses, all of them different. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  for (let tries = 0; held.length < count && tries < 1000; tries += 1) {
    const server = await listenOn(randomInt(PORTS.from, PORTS.to));
    if (server !== undefined) held.push(server);
  }
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  if (ports.length < count) throw new Error('hardly a port of 127.0.0.1 is free');
  return ports;
}

function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
