/** What the screens ask for, put together from the rooms below. */
import { hostname } from 'node:os';
import { createClusterPort } from '../cluster/access/cluster-port.ts';
import {
  type PracticeResult,
  practiceDown,
  practiceReset,
  practiceStatus,
  practiceUp,
} from '../practice/practice-control.ts';
import type { Services, Started } from '../screens/services.ts';
import { lacking } from '../screens/update/briefing.ts';
import { openOutput } from '../shell/output-file.ts';
import { followWalk } from '../state/follow-walk.ts';
import { readJournal } from '../state/journal.ts';
import { systemClock } from '../state/kind.ts';
import { readLock } from '../state/lock.ts';
import { readBundle, type SessionFolder } from '../state/session-folder.ts';
import { kinds } from '../steps/kinds.ts';
import { type Brief, brief, type ClusterChoice, obstacle } from './brief.ts';
import { builtInRunbooks, type Location, load, locate, rebuild } from './library.ts';
import { resumeSession, type SessionContext, startSession } from './open-session.ts';
import { practiceIsDown } from './practice-target.ts';
import { putFindingAside } from './put-aside.ts';
import { reportOf } from './report.ts';
import { findSession, sessionEntries } from './session-index.ts';
import { practiceInfo } from './target.ts';
import { OperatorError } from './trouble.ts';

/** Opens a session for reading only, whoever drives it. */
export async function followSession(session: SessionFolder): Promise<Started> {
  // A record that is damaged already is told before there is anything to watch.
  await readJournal(session.journal);
  const lock = await readLock(session.folder);
  const walk = await followWalk({
    bundle: await rebuild(await readBundle(session)),
    journal: session.journal,
    folder: session.folder,
    kinds,
    hostname: hostname(),
    output: (run, secrets) => openOutput(session.runFolder(run), secrets),
    clock: systemClock,
    owner: lock.type === 'held' ? `${lock.owner.user}@${lock.owner.host}` : 'Nobody',
  });
  return { ok: true, walk };
}

/** What the operator can mend is a result for the screens. */
async function toldInResult(open: () => Promise<Started>): Promise<Started> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const { message, fix } = error;
    return { ok: false, message, ...(fix === undefined ? {} : { fix }) };
  }
}

/** A briefing that was made, and what for. */
interface Seen extends Brief {
  readonly key: string;
  readonly choice: ClusterChoice;
  readonly location: Location;
}

const keyOf = (file: string, values: Readonly<Record<string, string>>): string =>
  JSON.stringify([file, Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))]);

async function look(
  file: string,
  values: Readonly<Record<string, string>>,
  choice: ClusterChoice,
  context: SessionContext,
): Promise<Seen> {
  const location = locate(file);
  const made = await brief(file, await load(location, 'session'), values, choice, context.environment);
  return { ...made, key: keyOf(file, values), choice, location };
}

/** The services for one run of the program. `choice` is the cluster that it was started for. */
export function createServices(first: ClusterChoice, around: SessionContext): Services {
  const context = first.plugins ? { ...around, plugins: first.plugins } : around;
  let choice = first;
  const only = () => true;
  let seen: Seen | undefined;
  const practice = async (act: () => Promise<PracticeResult>) => {
    const info = practiceInfo(await act());
    choice = info.kubeconfig === undefined ? first : { kubeconfig: info.kubeconfig };
    return info;
  };
  return {
    async target() {
      if (await practiceIsDown(choice)) {
        return { cluster: undefined, problem: undefined };
      }
      const pinned = await createClusterPort(process.env, choice.plugins).pin(choice);
      return pinned.ok
        ? { cluster: pinned.pin, problem: undefined }
        : { cluster: undefined, problem: `${pinned.message} ${pinned.fix}` };
    },
    // A drill needs a cluster that was broken first: `handrail drill` makes it.
    runbooks: async () => (await builtInRunbooks()).filter(({ kind }) => kind !== 'drill'),
    sessions: sessionEntries,
    async brief(file, values) {
      try {
        seen = await look(file, values, choice, context);
        return seen.briefing;
      } catch (error) {
        if (error instanceof OperatorError) return { problem: `${error.message} ${error.fix ?? ''}`.trim() };
        throw error;
      }
    },
    async start(file, values, mode) {
      // What was on screen is what starts: a cluster that does not answer is not waited for once more.
      const fits = seen?.key === keyOf(file, values) && seen.choice === choice;
      const now = fits && seen ? seen : await look(file, values, choice, context);
      const { briefing, cluster, location } = now;
      const problem = obstacle(briefing, choice);
      if (problem) {
        const { message, fix } = problem;
        return { ok: false, message, ...(fix === undefined ? {} : { fix }) };
      }
      const request = {
        location,
        bundle: briefing.bundle,
        values: briefing.values,
        mode,
        cluster,
        lacking: lacking(briefing),
      };
      return toldInResult(() => startSession(request, context));
    },
    async resume(id, as) {
      return toldInResult(async () => {
        const session = await findSession(id, only, '');
        return as === 'driver' ? resumeSession(session, context) : followSession(session);
      });
    },
    suppress: putFindingAside,
    async report(id) {
      return reportOf(await findSession(id, only, ''));
    },
    practice: {
      status: practiceStatus,
      up: () => practice(practiceUp),
      reset: () => practice(practiceReset),
      down: () => practice(practiceDown),
    },
  };
}
