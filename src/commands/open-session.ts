/** Puts a session together: its folder, its lock, its journal, its copy of the runbook, and the walk over them. */
import { hostname, userInfo } from 'node:os';
import { createClusterPort } from '../cluster/cluster-port.ts';
import type { ClusterPin } from '../cluster/port.ts';
import type { RunbookBundle } from '../runbook/model.ts';
import type { Started } from '../screens/services.ts';
import { putAwayCaptured, readCaptured } from '../shell/captured.ts';
import { createCommandPort } from '../shell/command-port.ts';
import { openOutput } from '../shell/output-file.ts';
import { openWalk } from '../state/conductor.ts';
import type { Mode, Operator } from '../state/event.ts';
import { createJournal, type Journal, openJournal } from '../state/journal.ts';
import { systemClock } from '../state/kind.ts';
import { acquireLock } from '../state/lock.ts';
import type { WalkPorts } from '../state/options.ts';
import {
  createSessionFolder,
  readBundle,
  type SessionFolder,
  writeBundle,
  writeKubeconfig,
} from '../state/session-folder.ts';
import type { UnattendedPolicy } from '../state/unattended.ts';
import { kinds } from '../steps/kinds.ts';
import { commandEnvironment } from './command-environment.ts';
import type { Environment } from './environment.ts';
import { type Location, onDiskNow, rebuild } from './library.ts';
import { root } from './session-index.ts';

/** What both a start and a resume need from the program around them. */
export interface SessionContext {
  readonly environment: Environment;
  /** Gives the terminal to an interactive command. Undefined where there is no terminal: such a command is refused. */
  readonly handOver: (<T>(run: () => Promise<T>) => Promise<T>) | undefined;
  readonly policy?: UnattendedPolicy;
}

export interface StartRequest {
  readonly location: Location;
  readonly bundle: RunbookBundle;
  /** Checked already. Secrets among them are kept in memory only. */
  readonly values: Readonly<Record<string, string>>;
  readonly mode: Mode;
  readonly cluster: { readonly pin: ClusterPin; readonly kubeconfig: string } | undefined;
}

const now = () => systemClock.now();

function operator(): Operator {
  const { env } = process;
  return { user: env.SUDO_USER ?? userInfo().username, host: hostname() };
}

function ports(session: SessionFolder, handOver: SessionContext['handOver']): WalkPorts {
  return {
    commands: createCommandPort({ handOver }),
    cluster: createClusterPort(),
    output: (run, secrets) => openOutput(session.runFolder(run), secrets),
    captured: readCaptured,
    putAwayCaptured,
    clock: systemClock,
  };
}

/** Starts a new session. What the operator can mend is told in the result. */
export async function startSession(request: StartRequest, context: SessionContext): Promise<Started> {
  const { location, bundle, mode, cluster } = request;
  const runbook = bundle.runbooks[bundle.root]!;
  const session = await createSessionFolder(root(), now);
  const lock = await acquireLock(session.folder);
  if (!lock.ok) return { ok: false, message: lock.message };
  await writeBundle(session, bundle);
  if (cluster) await writeKubeconfig(session, cluster.kubeconfig);
  const journal = await createJournal(session.journal, now);
  await journal.append({
    type: 'session-started',
    id: session.id,
    title: runbook.title,
    file: bundle.root,
    origin: { folder: location.folder, cwd: process.cwd() },
    bundleHash: bundle.hash,
    mode,
    unattended: context.policy !== undefined,
    operator: operator(),
    cluster: cluster?.pin,
    version: process.env.HANDRAIL_VERSION ?? 'from source',
  });
  const secret = new Set(
    runbook.parameters.filter((each) => each.type === 'secret').map((each) => each.name),
  );
  for (const [name, value] of Object.entries(request.values)) {
    await journal.append({
      type: 'parameter-set',
      name,
      value: secret.has(name) ? undefined : value,
      source: 'option',
    });
  }
  const walk = await openWalk({
    bundle,
    journal: releasing(journal, lock.release),
    folder: session.folder,
    cwd: process.cwd(),
    ports: ports(session, context.handOver),
    kinds,
    operator: operator(),
    environment: commandEnvironment(context.environment, cluster?.pin.practice ?? false),
    hostname: hostname(),
    secrets: Object.fromEntries(Object.entries(request.values).filter(([name]) => secret.has(name))),
    resumed: false,
    ...(cluster ? { kubeconfigFile: session.kubeconfig } : {}),
    ...(context.policy ? { policy: context.policy } : {}),
  });
  return { ok: true, walk };
}

/** Goes on with a session where its journal ends. */
export async function resumeSession(session: SessionFolder, context: SessionContext): Promise<Started> {
  const lock = await acquireLock(session.folder);
  if (!lock.ok) {
    return { ok: false, message: lock.message, fix: `To watch it, read-only: handrail follow ${session.id}` };
  }
  try {
    const journal = await openJournal(session.journal, now);
    const started = journal.entries[0]?.event;
    if (started?.type !== 'session-started') {
      throw new Error(`${session.journal} does not begin with the start of a session.`);
    }
    const bundle = await rebuild(await readBundle(session));
    const origin = started.origin;
    const walk = await openWalk({
      bundle,
      journal: releasing(journal, lock.release),
      folder: session.folder,
      cwd: origin?.cwd ?? process.cwd(),
      ports: ports(session, context.handOver),
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
    await lock.release();
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
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
      await journal.close();
      await release();
    },
  };
}
