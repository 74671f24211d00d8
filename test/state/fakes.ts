/** Stand-ins behind our own interfaces: a clock held by the test, a world that commands change, a journal in memory. */
import type { ClusterApi } from '../../src/cluster/api.ts';
import type { ClusterPort, PinCheck } from '../../src/cluster/port.ts';
import type { CommandHandle, CommandPort, CommandSpec, RawEnding } from '../../src/shell/port.ts';
import type { JournalEntry, SessionEvent } from '../../src/state/event.ts';
import type { Clock } from '../../src/state/kind.ts';
import type { WalkOptions } from '../../src/state/options.ts';

/** Time that passes only when told, and wakes whoever waits for it. */
export class FakeClock implements Clock {
  time = Date.parse('2026-11-21T02:00:00.000Z');
  #timers: { at: number; then: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.time + ms, then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets `ms` pass, every timer called at its own time. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.time = Math.max(this.time, next.at);
      this.#timers = this.#timers.filter((one) => one !== next);
      next.then();
      await settle();
    }
    this.time = until;
    await settle();
  }

  /** The time of the next timer, if any waits. */
  get next(): number | undefined {
    return this.#timers.length > 0 ? Math.min(...this.#timers.map(({ at }) => at)) : undefined;
  }
}

/** Lets everything that is ready to go on, go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** How a script of the fake world behaves. */
export interface Behaviour {
  /** Called when it runs: what it does to the world, and how it ends. */
  readonly run: (spec: CommandSpec) => number | RawEnding;
  readonly stdout?: string;
  /** Does not end by itself: the test ends it, or TERM does. */
  readonly hangs?: boolean;
}

interface Process {
  readonly spec: CommandSpec;
  readonly pid: number;
  ending: RawEnding | undefined;
  waiting: ((ending: RawEnding) => void)[];
  lastOutputAt: number;
}

/** Processes outlive the program that started them, as the real ones do. */
export class FakeCommands implements CommandPort {
  readonly started: CommandSpec[] = [];
  readonly processes = new Map<string, Process>();
  readonly terminated: string[] = [];
  /** A command that was never started leaves no trace that would tell so. */
  forgetful = false;
  readonly #behaviour: (script: string) => Behaviour;
  readonly #clock: Clock;

  constructor(clock: Clock, behaviour: (script: string) => Behaviour) {
    this.#clock = clock;
    this.#behaviour = behaviour;
  }

  async start(spec: CommandSpec): Promise<CommandHandle> {
    if (this.processes.has(spec.folder)) throw new Error(`the folder ${spec.folder} is taken`);
    this.started.push(spec);
    const process: Process = {
      spec,
      pid: 1000 + this.started.length,
      ending: undefined,
      waiting: [],
      lastOutputAt: this.#clock.now(),
    };
    this.processes.set(spec.folder, process);
    const behaviour = this.#behaviour(spec.script);
    const made = behaviour.run(spec);
    if (!behaviour.hangs)
      this.#end(process, typeof made === 'number' ? { type: 'exited', code: made } : made);
    return this.#handle(process);
  }

  async attach(folder: string): Promise<CommandHandle> {
    const process = this.processes.get(folder);
    if (process) return this.#handle(process);
    return {
      identity: undefined,
      ended: Promise.resolve(
        this.forgetful ? { type: 'unknown' } : { type: 'not-started', why: 'The program ended before.' },
      ),
      progress: () => ({ bytes: 0, lastOutputAt: 0 }),
      terminate: async () => {},
      detach: () => {},
    };
  }

  async interactive(spec: CommandSpec): Promise<RawEnding> {
    this.started.push(spec);
    const made = this.#behaviour(spec.script).run(spec);
    return typeof made === 'number' ? { type: 'exited', code: made } : made;
  }

  /** Ends the hanging process of that script. */
  end(script: string, ending: RawEnding = { type: 'exited', code: 0 }): void {
    const found = [...this.processes.values()].find((one) => one.spec.script === script && !one.ending);
    if (!found) throw new Error(`nothing runs ${script}`);
    this.#end(found, ending);
  }

  /** Output arrives now. */
  say(script: string): void {
    for (const one of this.processes.values())
      if (one.spec.script === script) one.lastOutputAt = this.#clock.now();
  }

  stdout(folder: string): string {
    const process = this.processes.get(folder);
    return (process && this.#behaviour(process.spec.script).stdout) ?? '';
  }

  /** A machine that lost power: processes are gone and left no exit code. */
  loseEndings(script: string): void {
    for (const one of this.processes.values()) {
      if (one.spec.script === script) one.ending = { type: 'unknown' };
    }
  }

  #end(process: Process, ending: RawEnding): void {
    process.ending = ending;
    for (const tell of process.waiting) tell(ending);
    process.waiting = [];
  }

  #handle(process: Process): CommandHandle {
    return {
      identity: { pid: process.pid, bootId: 'boot', startTicks: String(process.pid) },
      ended: process.ending
        ? Promise.resolve(process.ending)
        : new Promise((resolve) => process.waiting.push(resolve)),
      progress: () => ({ bytes: 0, lastOutputAt: process.lastOutputAt }),
      terminate: async () => {
        this.terminated.push(process.spec.script);
        if (!process.ending) this.#end(process, { type: 'signalled', signal: 'SIGTERM' });
      },
      detach: () => {},
    };
  }
}

/** A cluster that is what the test says it is. */
export class FakeCluster implements ClusterPort {
  answer: PinCheck | Promise<PinCheck> = { type: 'same' };
  checks = 0;

  async pin(): Promise<never> {
    throw new Error('the engine does not pin');
  }

  async check(): Promise<PinCheck> {
    this.checks += 1;
    return this.answer;
  }
}

/** A cluster that is opened and closed, and whose calls a test gives where it needs them. */
export class FakeApi implements ClusterApi {
  closed = false;
  readonly kubeconfigFile: string;

  constructor(kubeconfigFile: string) {
    this.kubeconfigFile = kubeconfigFile;
  }

  async get(): Promise<never> {
    throw new Error('this test gives no objects');
  }
  list = this.get;
  table = this.get;
  patch = this.get;
  delete = this.get;
  raw = this.get;
  log = this.get;
  stream(): never {
    throw new Error('this test gives no streams');
  }
  close(): void {
    this.closed = true;
  }
}

export type JournalPart = WalkOptions['journal'];

/** A journal in memory that can be made to die: before a line is on disk, or just after. */
export class MemoryJournal implements JournalPart {
  readonly entries: JournalEntry[];
  readonly torn: boolean;
  readonly #clock: Clock;
  /** Called before a line is written; a promise that never settles is a program that was killed. */
  before: (event: SessionEvent, seq: number) => Promise<void> | undefined = () => undefined;
  after: (entry: JournalEntry) => Promise<void> | undefined = () => undefined;

  constructor(clock: Clock, entries: readonly JournalEntry[] = [], torn = false) {
    this.#clock = clock;
    this.entries = [...entries];
    this.torn = torn;
  }

  async append(event: SessionEvent): Promise<JournalEntry> {
    const seq = this.entries.length + 1;
    await this.before(event, seq);
    const written = JSON.parse(JSON.stringify(event)) as SessionEvent;
    const entry: JournalEntry = {
      seq,
      time: new Date(this.#clock.now()).toISOString(),
      event: written,
      previous: '',
      hash: String(seq),
    };
    this.entries.push(entry);
    await this.after(entry);
    return entry;
  }

  async close(): Promise<void> {}
}
