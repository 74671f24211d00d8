/**
 * Text from commands, clusters and files is not trusted: before it reaches a terminal, everything that could move the
 * cursor, change the screen, set a title, or make text look like other text is taken out.
 */

/** CSI: parameters, intermediates, one final byte (ECMA-48, 5.4); also with the 8-bit introducer. */
const csi = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g;
/** OSC, DCS, SOS, PM and APC strings with their terminator. One that is not terminated loses only its introducer, so that it hides nothing. */
const strings = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)/g;
/** Any other escape sequence: intermediates and a final byte. */
const escapes = /\x1b[ -/]*[0-~]?/g;
/** C0 but tab and newline, DEL, C1. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
/** Bidirectional controls, which reorder what is read; byte order marks and tag characters, which hide in it. */
const invisible = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
const separators = /[\u2028\u2029]/g;
const loneSurrogates = /\p{Surrogate}/gu;
const suspicious =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/;

/** What is safe to show: only text, tabs and newlines remain. A line that redraws itself keeps its last state. */
export function stripControls(text: string): string {
  if (!suspicious.test(text)) return text;
  return lastRedraw(text)
    .replace(strings, '')
    .replace(csi, '')
    .replace(escapes, '')
    .replace(controls, '')
    .replace(invisible, '')
    .replace(separators, ' ')
    .replace(loneSurrogates, '\ufffd');
}

/** As `stripControls`, on one line: tabs and newlines become single spaces. */
export function stripToLine(text: string): string {
  return stripControls(text)
    .replace(/[\t\n]+/g, ' ')
    .trim();
}

/** A carriage return that ends no line starts it anew, as a progress bar does: what stands after the last one is what a terminal shows. */
function lastRedraw(text: string): string {
  if (!text.includes('\r')) return text;
  return text
    .split('\n')
    .map((line) => {
      const shown = line.replace(/\r+$/, '');
      return shown.slice(shown.lastIndexOf('\r') + 1);
    })
    .join('\n');
}

/** What a command may hold unseen: all controls but tab and newline, direction marks, and characters without a width. */
const hidden =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** Every character of a command that would not be seen, and where it stands. A carriage return that ends a line is none. */
export function hiddenCharacters(script: string): { readonly name: string; readonly at: number }[] {
  return [...script.matchAll(hidden)]
    .filter(({ 0: character, index }) => character !== '\r' || script[index + 1] !== '\n')
    .map(({ 0: character, index }) => ({ name: codePoint(character), at: index }));
}

/**
 * A command as it is approved: what would not be seen, and yet is run, stands there by its name, such as `<U+202E>`.
 * Nothing is left that a terminal would act on.
 */
export function showControls(script: string): string {
  return script.replace(/\r\n/g, '\n').replace(hidden, (character) => `<${codePoint(character)}>`);
}

const codePoint = (character: string) =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
