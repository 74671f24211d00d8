/** The alternate screen: what was on the terminal before is there again afterwards, scrollback included. */
import { stripControls } from '../runbook/strip-controls.ts';

interface ScreenOutput {
  write(text: string): unknown;
}

const ENTER_ALTERNATE = [
  '\x1b[22;0t', // keep the title on the terminal's stack
  '\x1b[?1049h',
  '\x1b[2J\x1b[H',
].join('');
const LEAVE_ALTERNATE = ['\x1b[?1049l', '\x1b[23;0t'].join('');
const BRACKETED_PASTE = '\x1b[?2004h';
/** Attributes off, bracketed paste off, cursor on. */
const RESTORE = '\x1b[0m\x1b[?2004l\x1b[?25h';

/** Enters and leaves, any number of times; each is written only where it changes something. */
export class Screen {
  private readonly output: ScreenOutput;
  private readonly title: string;
  private readonly inline: boolean;
  private entered = false;

  /**
   * The title is shown in the terminal's window or tab. `inline` stays on the main screen, for screen readers: only the modes
   * of the keyboard are changed.
   */
  constructor(output: ScreenOutput, title: string, inline = false) {
    this.output = output;
    this.title = stripControls(title);
    this.inline = inline;
  }

  enter(): void {
    if (this.entered) return;
    this.entered = true;
    this.output.write(
      this.inline ? BRACKETED_PASTE : `${ENTER_ALTERNATE}${BRACKETED_PASTE}\x1b]2;${this.title}\x07`,
    );
  }

  /** Safe at any moment, also while the process exits: on a terminal, writes happen at once. */
  leave(): void {
    if (!this.entered) return;
    this.entered = false;
    this.output.write(this.inline ? RESTORE : RESTORE + LEAVE_ALTERNATE);
  }
}
