/** Why a request to the API got no answer. */

/** `kubeconfig`: it cannot work as it is. `sign-in`: its credentials could not be had. `closed`: we ended it ourselves. */
type Stage = 'kubeconfig' | 'sign-in' | 'timeout' | 'connection' | 'closed';

/** The message is as it came: whoever shows it strips it (see `explainFailure`). */
export class RequestFailure extends Error {
  readonly stage: Stage;
  readonly code: string | undefined;
  /** What to do about it, where that is known here already. */
  readonly fix: string | undefined;
  constructor(
    stage: Stage,
    message: string,
    { code, fix }: { readonly code?: string | undefined; readonly fix?: string } = {},
  ) {
    super(message);
    this.name = 'RequestFailure';
    this.stage = stage;
    this.code = code;
    this.fix = fix;
  }
}

/** The failure behind an error of a socket, of TLS or of HTTP. */
export function connectionFailure(error: NodeJS.ErrnoException): RequestFailure {
  if (error instanceof RequestFailure) return error;
  // Where a name has several addresses, Node gives one error that only holds the others.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return new RequestFailure('connection', first.message || error.message, { code: first.code ?? error.code });
}
