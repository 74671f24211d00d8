import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpClient } from '../../../src/practice/http-client.ts';
import { serverFolder } from './build.js';
import { kubeconfigText, TOKENS, writeServerFiles } from './files.ts';
import { freePorts, type Program, startProgram } from './process.ts';
import { letViewersLook } from './viewers.ts';
import { ready, until } from './wait.ts';

export interface ControlPlaneOptions {
  /**
   * False: no controller manager and no scheduler. Nothing then acts on what is written, so a test can give objects any status
   * it likes; pods need no ServiceAccount, and owner references may name owners that do not exist.
   */
  readonly controllers?: boolean;
  /** Where `etcd` and the others are; the folder of the build unless told. */
  readonly programs?: string;
  /** More flags for kube-apiserver, `--watch-cache=false` for example. */
  readonly apiServerFlags?: readonly string[];
}

/** A kubeconfig as a file and as its text. */
export interface Kubeconfig {
  readonly path: string;
  readonly text: string;
}

/** A real Kubernetes control plane on loopback. */
export interface ControlPlane {
  readonly url: string;
  /** Of etcd, which answers there as JSON (`/v3/kv/...`) to anybody. */
  readonly storeUrl: string;
  /** The administrator's. */
  readonly kubeconfig: Kubeconfig;
  /** Of somebody in the group `viewers`: pods and workloads may be looked at; no Secrets, no changes. */
  readonly viewerKubeconfig: Kubeconfig;
  /** Data, certificates and logs; gone after `kill`. */
  readonly dataFolder: string;
  /** SIGKILL to the API server: every connection is reset and new ones are refused. */
  stopApiServer(): Promise<void>;
  /** On the same port with the same data; settles when it is ready. */
  startApiServer(): Promise<void>;
  /** Lets the API server hang: connections stay open and nothing comes. `thawApiServer` lets it go on. */
  freezeApiServer(): void;
  thawApiServer(): void;
  /** Ends everything at once and removes the data. */
  kill(): Promise<void>;
}

/** The name of a data folder begins so; the number of the process follows. */
const FOLDER = 'handrail-control-plane-';

/** A test run that died by SIGKILL could not remove its data; the next one does. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER)) continue;
    try {
      process.kill(Number.parseInt(name.slice(FOLDER.length), 10), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') continue;
      await rm(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

/** Starts a control plane with empty data; it answers after about three seconds. The programs must have been built. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { controllers = true, programs = serverFolder(), apiServerFlags = [] } = options;
  await removeLeftovers();
  const dataFolder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const at = (name: string) => join(dataFolder, name);
  const [port, store, peers, managerPort, schedulerPort] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const url = `https://127.0.0.1:${port}`;
  const files = await writeServerFiles(dataFolder);
  const running = new Map<string, Program>();

  const start = (name: string, flags: readonly string[]) => {
    const program = startProgram(join(programs, name), flags, at(`${name}.log`));
    running.set(name, program);
    return program;
  };
  const kubeconfig = async (user: keyof typeof TOKENS): Promise<Kubeconfig> => {
    const text = kubeconfigText(url, files.authorityPem, user, TOKENS[user]);
    await writeFile(at(`${user}.kubeconfig`), text, { mode: 0o600 });
    return { path: at(`${user}.kubeconfig`), text };
  };
  const startApiServer = async () => {
    const program = start('kube-apiserver', [
      `--etcd-servers=http://127.0.0.1:${store}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${files.certificate}`,
      `--tls-private-key-file=${files.key}`,
      `--service-account-key-file=${files.verifyingKey}`,
      `--service-account-signing-key-file=${files.signingKey}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--token-auth-file=${files.tokens}`,
      '--authorization-mode=Node,RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--endpoint-reconciler-type=none',
      // Webhooks behind a Service are called at its endpoints: there is no kube-proxy that would know cluster addresses.
      '--enable-aggregator-routing=true',
      // The Nodes of a test are all of this machine; their InternalIP is made up.
      '--kubelet-preferred-address-types=InternalDNS,InternalIP',
      '--allow-privileged=true',
      ...(controllers ? [] : ['--disable-admission-plugins=ServiceAccount']),
      ...apiServerFlags,
    ]);
    await until(program, () => ready(port, '/readyz', files.authorityPem));
  };
  const stop = async (name: string) => {
    await running.get(name)?.kill();
    running.delete(name);
  };
  const kill = async () => {
    // The API server first: one whose etcd is gone takes long to believe it.
    await Promise.all(['kube-scheduler', 'kube-controller-manager', 'kube-apiserver'].map(stop));
    await stop('etcd');
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    await mkdir(at('etcd'), { mode: 0o700 });
    const [admin, viewer] = await Promise.all([kubeconfig('admin'), kubeconfig('viewer')]);
    start('etcd', [
      `--data-dir=${at('etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${store}`,
      `--advertise-client-urls=http://127.0.0.1:${store}`,
      `--listen-peer-urls=http://127.0.0.1:${peers}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
      `--initial-cluster=default=http://127.0.0.1:${peers}`,
      `--quota-backend-bytes=${4 * 1024 ** 3}`,
      // The data of a test is not worth a wait for the disk.
      '--unsafe-no-fsync',
    ]);
    await startApiServer();
    const client = createHttpClient(admin.text);
    await letViewersLook(client).finally(() => client.close());
    if (controllers) {
      const shared = [
        `--kubeconfig=${admin.path}`,
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
        `--cert-dir=${dataFolder}`,
      ];
      const manager = start('kube-controller-manager', [
        ...shared,
        `--secure-port=${managerPort}`,
        `--service-account-private-key-file=${files.signingKey}`,
        `--root-ca-file=${files.authority}`,
        // Nodes of a test need not say every few seconds that they are alive.
        '--node-monitor-grace-period=1h',
      ]);
      const scheduler = start('kube-scheduler', [...shared, `--secure-port=${schedulerPort}`]);
      await Promise.all([
        until(manager, () => ready(managerPort, '/healthz')),
        until(scheduler, () => ready(schedulerPort, '/healthz')),
      ]);
    }
    return {
      url,
      storeUrl: `http://127.0.0.1:${store}`,
      kubeconfig: admin,
      viewerKubeconfig: viewer,
      dataFolder,
      stopApiServer: () => stop('kube-apiserver'),
      startApiServer,
      freezeApiServer: () => running.get('kube-apiserver')?.freeze(),
      thawApiServer: () => running.get('kube-apiserver')?.thaw(),
      kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
}
