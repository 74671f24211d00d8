/** The size of a terminal, never zero: some report 0 by 0, where the usual 80 by 24 stands in. */
interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface SizedOutput {
  readonly columns?: number;
  readonly rows?: number;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const FALLBACK: TerminalSize = { columns: 80, rows: 24 };

export function readSize(output: { readonly columns?: number; readonly rows?: number }): TerminalSize {
  return { columns: output.columns || FALLBACK.columns, rows: output.rows || FALLBACK.rows };
}

/**
 * Tells of every new size, at most once in `debounceMs` while a window is being dragged, and always of the last. Gives the
 * function that ends it.
 */
export function watchSize(
  output: SizedOutput,
  onSize: (size: TerminalSize) => void,
  debounceMs = 50,
): () => void {
  let last = readSize(output);
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const size = readSize(output);
    if (size.columns === last.columns && size.rows === last.rows) return;
    last = size;
    onSize(size);
  };
  const onResize = (): void => {
    timer ??= setTimeout(tell, debounceMs);
  };
  output.on('resize', onResize);
  return () => {
    output.off('resize', onResize);
    clearTimeout(timer);
  };
}
