/** The alternate screen: what was on the terminal before is there again afterwards, scrollback included. */
import { stripControls } from '../runbook/strip-controls.ts';

export interface ScreenOutput {
  write(text: string): unknown;
}

const ENTER = [
  '\x1b[22;0t', // keep the title on the terminal's stack
  '\x1b[?1049h', // alternate screen
  '\x1b[2J\x1b[H',
  '\x1b[?2004h', // bracketed paste
].join('');

const LEAVE = [
  '\x1b[0m',
  '\x1b[?2004l',
  '\x1b[?25h', // cursor
  '\x1b[?1049l',
  '\x1b[23;0t',
].join('');

/** Enters and leaves, any number of times; each is written only where it changes something. */
export class Screen {
  private readonly output: ScreenOutput;
  private readonly title: string;
  private entered = false;

  /** The title is shown in the terminal's window or tab. */
  constructor(output: ScreenOutput, title: string) {
    this.output = output;
    this.title = stripControls(title);
  }

  get active(): boolean {
    return this.entered;
  }

  enter(): void {
    if (this.entered) return;
    this.entered = true;
    this.output.write(`${ENTER}\x1b]2;${this.title}\x07`);
  }

  /** Safe at any moment, also while the process exits: on a terminal, writes happen at once. */
  leave(): void {
    if (!this.entered) return;
    this.entered = false;
    this.output.write(LEAVE);
  }
}
