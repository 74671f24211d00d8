/** Puts a session together: its folder, its lock, its journal, its copy of the runbook, and the walk over them. */
import { hostname, userInfo } from 'node:os';
import { createClusterPort } from '../cluster/access/cluster-port.ts';
import type { CredentialPlugins } from '../cluster/access/credential-plugins.ts';
import { openClusterApi } from '../cluster/open-api.ts';
import type { ClusterPin } from '../cluster/port.ts';
import type { RunbookBundle } from '../runbook/model.ts';
import type { RequirementResult, Started } from '../screens/services.ts';
import { putAwayCaptured, readCaptured } from '../shell/captured.ts';
import { createCommandPort } from '../shell/command-port.ts';
import { errorCode } from '../shell/io-error.ts';
import { openOutput } from '../shell/output-file.ts';
import { openWalk } from '../state/conductor.ts';
import type { Mode, Operator, SessionEvent } from '../state/event.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { createJournal, type Journal, JournalError, openJournal } from '../state/journal.ts';
import { systemClock } from '../state/kind.ts';
import { acquireLock } from '../state/lock.ts';
import { OperatorError } from '../state/operator-error.ts';
import type { WalkPorts } from '../state/options.ts';
import {
  createSessionFolder,
  discardSession,
  readBundle,
  type SessionFolder,
  unwritable,
  writeBundle,
  writeKubeconfig,
} from '../state/session-folder.ts';
import type { UnattendedPolicy } from '../state/unattended.ts';
import { kinds } from '../steps/kinds.ts';
import { commandEnvironment } from './command-environment.ts';
import { createDiagnose } from './diagnose-walk.ts';
import type { Environment } from './environment.ts';
import { type Location, onDiskNow, rebuild } from './library.ts';
import { root } from './session-index.ts';

/** What both a start and a resume need from the program around them. */
export interface SessionContext {
  readonly environment: Environment;
  /** Gives the terminal to an interactive command. Undefined where there is no terminal: such a command is refused. */
  readonly handOver: (<T>(run: () => Promise<T>) => Promise<T>) | undefined;
  readonly policy?: UnattendedPolicy;
  /** What runs the credential plugins of the session's kubeconfig, where it has any. */
  readonly plugins?: CredentialPlugins;
}

export interface StartRequest {
  /** Absent: the runbook was never a file, so nothing on disk can differ from it later. */
  readonly location?: Location;
  readonly bundle: RunbookBundle;
  /** Checked already. Secrets among them are kept in memory only. */
  readonly values: Readonly<Record<string, string>>;
  readonly mode: Mode;
  readonly cluster: { readonly pin: ClusterPin; readonly kubeconfig: string } | undefined;
  /** What the runbook needs and did not have when it was started all the same: for the record. */
  readonly lacking: readonly RequirementResult[];
}

const now = () => systemClock.now();

function operator(): Operator {
  const { env } = process;
  return { user: env.SUDO_USER ?? userInfo().username, host: hostname() };
}

function ports(session: SessionFolder, { handOver, plugins }: SessionContext): WalkPorts {
  return {
    commands: createCommandPort({ handOver }),
    cluster: createClusterPort(process.env, plugins),
    output: (run, secrets) => openOutput(session.runFolder(run), secrets),
    captured: readCaptured,
    putAwayCaptured,
    clock: systemClock,
    diagnose: createDiagnose(),
    api: (kubeconfigFile) =>
      openClusterApi({ file: kubeconfigFile }, process.env, plugins ? { plugins } : {}),
  };
}

/** Starts a new session. What the operator can mend is told in the result, or thrown as an `OperatorError`. */
export async function startSession(request: StartRequest, context: SessionContext): Promise<Started> {
  const session = await createSessionFolder(root(), now);
  try {
    const lock = await acquireLock(session.folder);
    if (!lock.ok) throw new OperatorError(lock.message, { exitCode: exitCodes.broken.code });
    const journal = await begin(session, request, context);
    return await walkNew(session, { journal, release: lock.release }, request, context);
  } catch (error) {
    // Nothing was done yet: no half of a session stays behind.
    await discardSession(session);
    if (error instanceof OperatorError || errorCode(error) === undefined) throw error;
    throw unwritable(session.folder, error);
  }
}

/** Writes all that must be on disk before the first step. */
async function begin(
  session: SessionFolder,
  request: StartRequest,
  context: SessionContext,
): Promise<Journal> {
  const { location, bundle, mode, cluster } = request;
  const runbook = bundle.runbooks[bundle.root]!;
  await writeBundle(session, bundle);
  if (cluster) await writeKubeconfig(session, cluster.kubeconfig);
  const secret = secretNames(bundle);
  const first: SessionEvent[] = [
    {
      type: 'session-started',
      id: session.id,
      title: runbook.title,
      file: bundle.root,
      ...(location ? { origin: { folder: location.folder, cwd: process.cwd() } } : {}),
      bundleHash: bundle.hash,
      mode,
      unattended: context.policy !== undefined,
      operator: operator(),
      cluster: cluster?.pin,
      version: process.env.HANDRAIL_VERSION ?? 'from source',
    },
    ...lackingNote(request.lacking),
    ...Object.entries(request.values).map(
      ([name, value]): SessionEvent => ({
        type: 'parameter-set',
        name,
        value: secret.has(name) ? undefined : value,
        source: 'option',
      }),
    ),
  ];
  const journal = await createJournal(session.journal, now);
  try {
    for (const event of first) await journal.append(event);
    return journal;
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** What the operator started the session without, for the record. */
function lackingNote(lacking: StartRequest['lacking']): readonly SessionEvent[] {
  if (lacking.length === 0) return [];
  const list = lacking.map(({ what, status, detail }) => `${what}: ${detail === '' ? status : detail}`);
  const text = `Started although the briefing found something lacking. ${list.join('; ')}`;
  return [{ type: 'note-added', text, operator: operator() }];
}

const secretNames = (bundle: RunbookBundle) =>
  new Set(
    bundle.runbooks[bundle.root]!.parameters.filter((each) => each.type === 'secret').map(
      (each) => each.name,
    ),
  );

async function walkNew(
  session: SessionFolder,
  { journal, release }: { readonly journal: Journal; release(): Promise<void> },
  { bundle, cluster, values }: StartRequest,
  context: SessionContext,
): Promise<Started> {
  const secret = secretNames(bundle);
  const walk = await openWalk({
    bundle,
    journal: releasing(journal, release),
    folder: session.folder,
    cwd: process.cwd(),
    ports: ports(session, context),
    kinds,
    operator: operator(),
    environment: commandEnvironment(context.environment, cluster?.pin.practice ?? false),
    hostname: hostname(),
    secrets: Object.fromEntries(Object.entries(values).filter(([name]) => secret.has(name))),
    resumed: false,
    ...(cluster ? { kubeconfigFile: session.kubeconfig } : {}),
    ...(context.policy ? { policy: context.policy } : {}),
  });
  return { ok: true, walk };
}

/** Goes on with a session where its journal ends. A session that has ended, or cannot be read, is an `OperatorError`. */
export async function resumeSession(session: SessionFolder, context: SessionContext): Promise<Started> {
  const lock = await acquireLock(session.folder);
  if (!lock.ok) {
    return lock.unwritable
      ? { ok: false, message: lock.message, exitCode: exitCodes.broken.code }
      : { ok: false, message: lock.message, fix: `To watch it, read-only: handrail follow ${session.id}` };
  }
  let journal: Journal | undefined;
  try {
    journal = await openJournal(session.journal, now);
    const started = journal.entries[0]?.event;
    if (started?.type !== 'session-started') {
      throw new JournalError(session.journal, 1, 'This is not the start of a session.');
    }
    const last = journal.entries.at(-1);
    if (last?.event.type === 'session-ended') {
      throw new OperatorError(
        `The session ${session.id} has ended already (${last.event.outcome}, ${last.time}).`,
        { fix: `To see what it did: handrail report ${session.id}` },
      );
    }
    const bundle = await rebuild(await readBundle(session));
    const origin = started.origin;
    const walk = await openWalk({
      bundle,
      journal: releasing(journal, lock.release),
      folder: session.folder,
      cwd: origin?.cwd ?? process.cwd(),
      ports: ports(session, context),
      kinds,
      operator: operator(),
      environment: commandEnvironment(context.environment, started.cluster?.practice ?? false),
      hostname: hostname(),
      resumed: true,
      ...(started.cluster ? { kubeconfigFile: session.kubeconfig } : {}),
      ...(context.policy ? { policy: context.policy } : {}),
      ...(origin ? { onDisk: await onDiskNow(origin.folder, Object.keys(bundle.sources)) } : {}),
    });
    return { ok: true, walk };
  } catch (error) {
    await journal?.close();
    await lock.release();
    throw error;
  }
}

/** The session is given up when its journal is closed, and not before. */
function releasing(journal: Journal, release: () => Promise<void>): Journal {
  return {
    get entries() {
      return journal.entries;
    },
    torn: journal.torn,
    append: (event) => journal.append(event),
    async close() {
      try {
        await journal.close();
      } finally {
        await release();
      }
    },
  };
}
