/** The program behind the screens, as a test wants it. */
import type {
  Briefing,
  PracticeStatus,
  RunbookEntry,
  Services,
  SessionEntry,
} from '../../src/screens/services.ts';
import type { Walk } from '../../src/state/walk.ts';
import { bundle } from './fake-runbook.ts';
import { production } from './fake-walk.ts';

export const runbooks: readonly RunbookEntry[] = [
  {
    file: 'linkerd/upgrade-cli.md',
    title: 'Upgrade Linkerd',
    summary: 'Control plane, extensions, data plane',
    estimateMs: 3_600_000,
    builtIn: true,
  },
  {
    file: 'restore.md',
    title: 'Restore the orders database',
    summary: '',
    estimateMs: undefined,
    builtIn: false,
  },
];

export const sessions: readonly SessionEntry[] = [
  {
    id: 's1',
    title: 'Upgrade Linkerd',
    status: 'interrupted',
    mode: 'live',
    cluster: 'prod-eu-1',
    practice: false,
    startedAt: '2026-03-01T01:00:00.000Z',
    updatedAt: '2026-03-01T01:48:00.000Z',
    where: '5 of 12 Upgrade the control plane',
  },
  {
    id: 's0',
    title: 'Rotate the trust anchor',
    status: 'completed',
    mode: 'live',
    cluster: 'prod-eu-1',
    practice: false,
    startedAt: '2026-02-01T01:00:00.000Z',
    updatedAt: '2026-02-01T01:48:00.000Z',
    where: '',
  },
];

export function briefing(more: Partial<Briefing> = {}): Briefing {
  return {
    file: 'linkerd/upgrade-cli.md',
    bundle: bundle(),
    diagnostics: [],
    cluster: production,
    clusterProblem: undefined,
    requirements: [
      { what: 'kubectl >=1.24', status: 'ok', detail: '1.31.0' },
      { what: 'linkerd *', status: 'ok', detail: 'stable-2.14.10' },
      { what: 'patch deployments in linkerd', status: 'unknown', detail: 'the cluster did not say' },
    ],
    values: { METHOD: 'cli' },
    refused: [],
    ...more,
  };
}

export interface FakeServices extends Services {
  readonly calls: string[];
}

export interface FakeServicesOptions {
  readonly briefing?: Briefing;
  readonly walk?: Walk;
  readonly overrides?: Partial<Services>;
}

const stopped: PracticeStatus = { running: false, detail: '', kubeconfig: undefined };
const up: PracticeStatus = {
  running: true,
  detail: 'stable-2.13.7, 4 applications, 21 pods',
  kubeconfig: '/tmp/kubeconfig',
};

export function fakeServices(options: FakeServicesOptions = {}): FakeServices {
  const calls: string[] = [];
  const noted = <T>(name: string, value: T): Promise<T> => {
    calls.push(name);
    return Promise.resolve(value);
  };
  const started = () =>
    options.walk
      ? ({ ok: true, walk: options.walk } as const)
      : ({ ok: false, message: 'Another process drives this session.', fix: 'Follow it with f.' } as const);
  return {
    calls,
    target: () => noted('target', { cluster: production, problem: undefined }),
    runbooks: () => noted('runbooks', runbooks),
    sessions: () => noted('sessions', sessions),
    brief: (file, values) => noted(`brief ${file} ${JSON.stringify(values)}`, options.briefing ?? briefing()),
    start: (file, values, mode) => noted(`start ${file} ${JSON.stringify(values)} ${mode}`, started()),
    resume: (id, as) => noted(`resume ${id} ${as}`, started()),
    suppress: ({ finding: { code } }) => noted(`suppress ${code}`, '2026-03-08'),
    report: (id) => noted(`report ${id}`, '# Report\n\nUpgrade Linkerd on prod-eu-1\n'),
    practice: {
      status: () => noted('practice status', stopped),
      up: () => noted('practice up', up),
      reset: () => noted('practice reset', up),
      down: () => noted('practice down', stopped),
    },
    ...options.overrides,
  };
}
