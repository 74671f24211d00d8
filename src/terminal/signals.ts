/** What ends or stops the program from outside, and the exit code that says so (128 + the signal's number). */
export type EndingSignal = 'SIGTERM' | 'SIGHUP' | 'SIGINT';

export const SIGNAL_EXIT_CODES: Readonly<Record<EndingSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

export interface SignalSource {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

interface SignalHandlers {
  readonly onEnd: (signal: EndingSignal) => void;
  /** It was continued, maybe without having been told before that it would stop. */
  readonly onContinue: () => void;
  /** The process exits, for whatever reason; only what is synchronous can still be done. */
  readonly onExit: () => void;
}

/** Listens for all of them; gives the function that ends it. */
export function listenForSignals(source: SignalSource, handlers: SignalHandlers): () => void {
  const listeners: [string, () => void][] = [
    ...(['SIGTERM', 'SIGHUP', 'SIGINT'] as const).map((signal): [string, () => void] => [
      signal,
      () => handlers.onEnd(signal),
    ]),
    ['SIGCONT', handlers.onContinue],
    ['exit', handlers.onExit],
  ];
  for (const [event, listener] of listeners) source.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) source.off(event, listener);
  };
}
