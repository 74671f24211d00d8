import { render } from 'ink';
import type { ReactNode } from 'react';
import type { KeyStdin } from '../../terminal/key-stdin.ts';
import type { Mounted } from '../../terminal/terminal-app.ts';
import { type Look, LookContext } from '../theme.ts';

export interface DrawOptions {
  readonly terminal: { readonly stdin: KeyStdin; readonly stdout: NodeJS.WriteStream };
  readonly look: Look;
  readonly screenReader?: boolean;
  /** A component threw: nothing is drawn any more, and the program should close the terminal and say what happened. */
  readonly onCrash: (error: unknown) => void;
}

/** Draws with Ink, with the options that its version needs on this terminal. For `TerminalApp.mount`. */
export function draw(node: ReactNode, { terminal, look, screenReader, onCrash }: DrawOptions): Mounted {
  const instance = render(<LookContext.Provider value={look}>{node}</LookContext.Provider>, {
    stdin: terminal.stdin as unknown as NodeJS.ReadStream,
    stdout: terminal.stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 15,
    isScreenReaderEnabled: screenReader ?? false,
  });
  // Asked for at once: Ink reports a crash only to those who wait already.
  const exited = instance.waitUntilExit().catch(onCrash);
  return {
    unmount: async () => {
      instance.unmount();
      await exited;
    },
  };
}
