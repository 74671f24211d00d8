// CSI, OSC/DCS/PM/APC strings, then any other escape with its intermediates.
const sequences =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;
// C0 but tab and newline, DEL, C1, and the marks that turn the reading direction around.
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text of files, clusters and commands made safe for a terminal: whole escape sequences go, then every other control
 * character and every mark that reorders what is read. Tabs and newlines stay; CRLF becomes LF.
 */
export function stripControls(text: string): string {
  return text.replace(sequences, '').replace(controls, '');
}
