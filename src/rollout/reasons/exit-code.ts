/** What an exit code usually means, or '' (bash(1), signal(7); 95 is linkerd2-network-validator's). */
function exitCodeMeaning(code: number): string {
  switch (code) {
    case 95:
      return 'traffic is not redirected';
    case 126:
      return 'the command cannot be executed';
    case 127:
      return 'the command was not found';
    case 128:
      return 'the container could not be started';
    case 134:
      return 'aborted';
    case 137:
      return 'killed by SIGKILL';
    case 139:
      return 'segmentation fault';
    case 143:
      return 'ended by SIGTERM';
    default:
      return '';
  }
}

/** `exit code 137, killed by SIGKILL`. */
export function exitWords(code: number, signal = 0): string {
  if (signal !== 0) return `ended by signal ${signal}`;
  const meaning = exitCodeMeaning(code);
  return meaning === '' ? `exit code ${code}` : `exit code ${code}, ${meaning}`;
}
