/** Says which moment the stand-in takes for now: how a drill makes certificates that have run out. */
const NOW_VARIABLE = 'LINKERD_PRACTICE_NOW';

/** The moment that is played: that of the variable, or of the clock. Throws for a variable that is no time. */
export function playedNow(env: Readonly<Record<string, string | undefined>>): Date {
  const asked = env[NOW_VARIABLE];
  if (asked === undefined || asked === '') return new Date();
  const moment = new Date(asked);
  if (Number.isNaN(moment.getTime())) throw new Error(`${NOW_VARIABLE} is no time: ${asked}`);
  return moment;
}
