/** A line of a container's log; `at` in milliseconds since the epoch. */
export interface Line {
  readonly at: number;
  readonly text: string;
}
