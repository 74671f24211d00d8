import { formatDuration } from '../../runbook/durations.ts';
import { type PerformContext, type Performed, type PerformingKind, pause } from '../../state/kind.ts';
import { type WaitSpec, waitSchema } from './schema.ts';

/** A probe that hangs for longer than this has failed, however long the pauses between probes are. */
const longestProbeMs = 60_000;

/**
 * A soak. It counts from its journalled start, so a program that died and came back goes on with it, unless a command
 * had to keep passing and nobody watched it for longer than the pause between two probes: then it starts anew.
 */
export const waitKind: PerformingKind<WaitSpec> = {
  way: 'performs',
  schema: waitSchema,
  dryRun: 'describe',
  describe: (spec) =>
    `Wait ${formatDuration(spec.for)}${spec.command === undefined ? '' : `, with ${spec.command} passing all the time`}.`,
  perform: (spec, context) =>
    spec.command === undefined ? waitOnly(spec, context) : soak(spec, spec.command, context),
};

async function waitOnly(spec: WaitSpec, context: PerformContext): Promise<Performed> {
  const { clock, signal, startedAt } = context;
  const endsAt = startedAt + spec.for;
  context.progress({ soak: { endsAt, probe: 'none', probes: 0 } });
  if (endsAt > clock.now()) await pause(clock, endsAt - clock.now(), signal);
  return { ok: true, detail: `Waited ${formatDuration(spec.for)}.` };
}

async function soak(spec: WaitSpec, command: string, context: PerformContext): Promise<Performed> {
  const { clock, signal } = context;
  let endsAt = context.startedAt + spec.for;
  const unwatched = clock.now() - context.lastSeenAt;
  if (unwatched > spec.every) {
    const gap = formatDuration(unwatched);
    endsAt = (await context.started(`Started anew: nobody watched for ${gap}.`)) + spec.for;
    context.progress({
      notice: `Nobody watched for ${gap}, longer than the ${formatDuration(spec.every)} between two probes: the wait starts anew.`,
    });
  }
  for (let probes = 0; ; ) {
    context.progress({ soak: { endsAt, probe: 'running', probes } });
    const ending = await context.probe(command, Math.max(spec.every, longestProbeMs));
    probes += 1;
    if (signal.aborted) return { ok: false, detail: 'The wait was ended.' };
    if (ending.type !== 'exited' || !ending.ok) {
      context.progress({ soak: { endsAt, probe: 'failing', probes } });
      const how =
        ending.type === 'exited' ? `ended with exit code ${ending.code}` : 'did not come to its end';
      const left = Math.max(0, endsAt - clock.now());
      return {
        ok: false,
        detail: `The command that had to keep passing ${how}, ${formatDuration(left)} before the end.`,
      };
    }
    context.progress({ soak: { endsAt, probe: 'passing', probes } });
    const left = endsAt - clock.now();
    if (left <= 0) {
      const times = probes === 1 ? 'once' : `${probes} times`;
      return { ok: true, detail: `${formatDuration(spec.for)} passed; the command passed ${times}.` };
    }
    await pause(clock, Math.min(left, spec.every), signal);
    if (signal.aborted) return { ok: false, detail: 'The wait was ended.' };
  }
}
