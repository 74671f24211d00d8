/** What has become of a session's runbooks on disk since it started. */
import { createTwoFilesPatch } from 'diff';

interface SourceChanges {
  readonly files: readonly { readonly file: string; readonly text: string }[];
  /** A unified diff from the session's copy to the disk. */
  readonly text: string;
}

/** Undefined where every file is as it was. A file that is gone counts as empty. */
export function diffSources(
  own: Readonly<Record<string, string>>,
  onDisk: Readonly<Record<string, string>>,
): SourceChanges | undefined {
  const names = [...new Set([...Object.keys(own), ...Object.keys(onDisk)])].sort();
  const files = names.filter((file) => own[file] !== onDisk[file]);
  if (files.length === 0) return undefined;
  const patches = files.map(
    (file) =>
      createTwoFilesPatch(
        file,
        file,
        own[file] ?? '',
        onDisk[file] ?? '',
        "the session's copy",
        file in onDisk ? 'on disk now' : 'gone',
        // A file rewritten from end to end would take minutes to compare line by line.
        { context: 3, timeout: 500 },
      ) ?? `--- ${file}\n+++ ${file}\n(too different to be shown line by line)\n`,
  );
  return { files: files.map((file) => ({ file, text: onDisk[file] ?? '' })), text: patches.join('') };
}
