/** The output of a session's runs, for screens. Hidden while a secret that may be in it is not known. */
import type { OutputFile, OutputWindow } from '../shell/port.ts';
import type { SessionState } from './session.ts';
import type { OutputReader } from './walk.ts';

/** How many files are kept open for reading. */
const openFiles = 8;

interface OutputSource {
  readonly session: SessionState;
  readonly secrets: Readonly<Record<string, string>>;
  readonly options: {
    readonly ports: { readonly output: (run: string, secrets: readonly string[]) => OutputFile };
  };
}

/** Reads the output of runs, a window at a time; files that are not looked at are closed. */
export class SessionOutput implements OutputReader {
  readonly #source: OutputSource;
  readonly #files = new Map<string, { readonly secrets: string; readonly file: OutputFile }>();

  constructor(source: OutputSource) {
    this.#source = source;
  }

  async window(run: string, first: number, count: number): Promise<OutputWindow> {
    return this.#hidden() ?? this.#file(run).window(first, count);
  }

  async tail(run: string, count: number): Promise<OutputWindow> {
    return this.#hidden() ?? this.#file(run).tail(count);
  }

  async search(run: string, text: string, from: number, direction: 1 | -1): Promise<number> {
    return this.#hidden() ? -1 : this.#file(run).search(text, from, direction);
  }

  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map(({ file }) => file.close()));
  }

  /** Parameters without a value in the journal are secrets. */
  #hidden(): OutputWindow | undefined {
    const { session, secrets } = this.#source;
    const unknown = Object.entries(session.parameters).find(
      ([name, { value }]) => value === undefined && !Object.hasOwn(secrets, name),
    );
    if (!unknown) return undefined;
    const line = `Output is not shown: it may hold the secret ${unknown[0]}, which this program does not know.`;
    return { total: 1, first: 0, lines: [line], bytes: 0, withheld: true };
  }

  #file(run: string): OutputFile {
    const values = Object.values(this.#source.secrets).filter((value) => value !== '');
    const secrets = JSON.stringify(values);
    const known = this.#files.get(run);
    if (known?.secrets === secrets) return known.file;
    if (known) void known.file.close();
    const file = this.#source.options.ports.output(run, values);
    this.#files.delete(run);
    this.#files.set(run, { secrets, file });
    const [oldest] = this.#files;
    if (this.#files.size > openFiles && oldest) {
      this.#files.delete(oldest[0]);
      void oldest[1].file.close();
    }
    return file;
  }
}
