/**
 * The small shell program that stands between us and a command. It outlives us: it starts the command in a process group
 * of its own, waits for it, and writes how it ended. Both texts are constants; everything variable is an argument.
 */

/** Marks a record as written to its end: a reader never takes half a line for a whole one. */
export const recordEnd = 'end';
/**
 * A file in the run's folder by which a resumed program declares that it no longer expects the command to begin. Each side
 * first writes its own word, then reads the other's, so a command that is this late never runs unseen.
 */
export const givenUp = 'given-up';
/** Bytes reserved in `exit` before the start, so that the ending can be written on a full disk as well. */
export const exitReserve = 64;

/**
 * Runs the command in the foreground, where bash reliably says on its error output that a signal ended it (`Terminated`): the
 * exit code alone is the same as that of `exit 143`. Without job control, for with it bash takes a stopped command for an ended one.
 * So wrapper and command share a process group; the wrapper outlives TERM by an empty handler (the command would
 * inherit a signal that is ignored), and whoever sends KILL to the group writes the ending himself.
 * What copies captured output is nobody's child, so that it does not disturb those messages; it takes the pipe away when it is done,
 * and a background process that keeps the pipe open is waited for one second.
 */
const outer = `
folder=$1 capture=$2 shown=$3 boot=$4 inner=$5
shift 5
trap : HUP INT TERM
ended() { printf '%s ${recordEnd}\\n' "$1" 1<>"$folder/exit"; }
tool() { PATH="\${PATH-}:/usr/bin:/bin" command "$@"; }
exec 8>&1 9>&2 2>>"$folder/wait"
if [ "$capture" = yes ]; then
  tool mkfifo -m 600 "$folder/pipe" || { ended 'not-started 0'; exit 0; }
  ( { if [ "$shown" = yes ]; then tool tee "$folder/stdout" >&8; else tool tee "$folder/stdout" >/dev/null; fi; tool rm -f "$folder/pipe"; } <"$folder/pipe" 9>&- & )
  "$BASH" -c "$inner" handrail "$folder" "$boot" "$@" </dev/null >"$folder/pipe" 2>&9 8>&- 9>&-
else
  "$BASH" -c "$inner" handrail "$folder" "$boot" "$@" </dev/null 2>&9 8>&- 9>&-
fi
code=$?
exec 8>&- 9>&-
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -e "$folder/pipe" ] || break
  tool sleep 0.05
done
if [ ! -s "$folder/pid" ]; then ended 'not-started 0'
else
  case $(<"$folder/wait") in
    ?*) if [ "$code" -gt 128 ]; then ended "signalled $((code - 128))"; else ended "exited $code"; fi ;;
    *) ended "exited $code" ;;
  esac
fi
tool rm -f "$folder/pipe" "$folder/wait"
`;

/** Says who it is, then becomes the command's shell: same pid, same start time. */
const inner = `
folder=$1 boot=$2
shift 2
started() {
  local stat
  if { read -r stat <"/proc/$1/stat"; } 2>/dev/null; then
    set -- \${stat##*)}
    at=\${20}
  else
    at=$(PATH="\${PATH-}:/usr/bin:/bin" LC_ALL=C TZ=UTC command ps -o lstart= -p "$1")
  fi
}
started "$PPID"
wrapper=$at
started "$$"
printf '%s\\n' "$$" "$at" "$PPID" "$wrapper" "$boot" ${recordEnd} >"$folder/pid" || exit 125
if [ -e "$folder/${givenUp}" ]; then
  : >"$folder/pid"
  exit 125
fi
exec "$@"
`;

/** Arguments for `bash` that run a program and its arguments under the wrapper. */
export function wrapperArguments(options: {
  readonly folder: string;
  readonly capture: boolean;
  /** Captured output is in `output` as well. */
  readonly shown: boolean;
  readonly bootId: string;
  readonly command: readonly string[];
}): string[] {
  const { folder, capture, shown, bootId, command } = options;
  const yes = (on: boolean) => (on ? 'yes' : 'no');
  return ['-c', outer, 'handrail-run', folder, yes(capture), yes(shown), bootId, inner, ...command];
}
