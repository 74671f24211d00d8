/**
 * The programs of a real Kubernetes control plane, built from their published Go modules: nobody has to have Docker, and the
 * tests meet the very code that clusters run. A build is kept outside of the tree, under the hash of what it was made from.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** Kubernetes 1.36 is written for this Go. */
const GO = { major: 1, minor: 26 };
const MODULES = [
  {
    name: 'etcd',
    folder: join(here, 'etcd'),
    programs: [{ file: 'etcd', package: 'go.etcd.io/etcd/server/v3' }],
  },
  {
    name: 'Kubernetes',
    folder: join(here, 'kubernetes'),
    programs: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((file) => ({
      file,
      package: `k8s.io/kubernetes/cmd/${file}`,
    })),
  },
];

/** The version of Kubernetes that is built, `v1.36.2` for example, as its go.mod asks for it. */
export function kubernetesVersion() {
  const text = readFileSync(join(here, 'kubernetes/go.mod'), 'utf8');
  const version = /^(?:require)?\s+k8s\.io\/kubernetes (v\S+)/m.exec(text)?.[1];
  if (version === undefined)
    throw new Error('test/cluster/server/kubernetes/go.mod requires no k8s.io/kubernetes');
  return version;
}

/** A build from modules knows no version of its own, and one that cannot be parsed stops kubectl, helm and linkerd. */
function linkerFlags() {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split('.');
  const stamps = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: 'unknown',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const set = packages.flatMap((each) =>
    Object.entries(stamps).map(([name, value]) => `-X ${each}.${name}=${value}`),
  );
  return ['-s', '-w', ...set].join(' ');
}

const buildFlags = () => ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', linkerFlags()];

/** Where the programs are or will be: another folder for every change of what they are made from. */
export function serverFolder() {
  const hash = createHash('sha256');
  for (const { folder } of MODULES)
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(folder, file)));
  hash.update(JSON.stringify([buildFlags(), process.platform, process.arch]));
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'handrail-test-server', hash.digest('hex').slice(0, 16), 'bin');
}

const advice =
  () => `The tests against a real control plane build Kubernetes ${kubernetesVersion()} from source, with Go ${GO.major}.${GO.minor} or newer.
Install it from https://go.dev/dl/ (it is looked for on the PATH, then in /usr/local/go/bin) and run this again.`;

/** The path of a Go that is new enough. Throws an error that says how to get one. */
export function findGo(candidates = ['go', '/usr/local/go/bin/go']) {
  const found = [];
  for (const go of candidates) {
    let version;
    try {
      // The toolchain that is installed counts, not one that this call would download.
      const env = { ...process.env, GOTOOLCHAIN: 'local' };
      version = execFileSync(go, ['env', 'GOVERSION'], { encoding: 'utf8', env, cwd: here }).trim();
    } catch {
      continue;
    }
    const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
    if (Number(major) > GO.major || (Number(major) === GO.major && Number(minor) >= GO.minor)) return go;
    found.push(`${go} is ${version}`);
  }
  const what = found.length === 0 ? 'There is no Go on this machine.' : `Go is too old: ${found.join(', ')}.`;
  throw new Error(`${what}\n${advice()}`);
}

/** To a name of its own first, so that a build that was killed is never taken for one that was finished. */
function build(go, folder, { file, package: from }, target) {
  const unfinished = join(target, `.${file}.${process.pid}`);
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '' };
  const args = ['build', ...buildFlags(), '-o', unfinished, from];
  const [command, ...rest] = process.platform === 'win32' ? [go, ...args] : ['nice', go, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) {
        renameSync(unfinished, join(target, file));
        resolve();
      } else {
        rmSync(unfinished, { force: true });
        reject(new Error(`go build ${from} failed (exit code ${code}); what it said is above.`));
      }
    });
  });
}

/**
 * Builds what is not there yet: five to seven minutes the first time, nothing afterwards. The answer is the folder with
 * `etcd`, `kube-apiserver`, `kube-controller-manager` and `kube-scheduler`.
 */
export async function buildServer(say = console.log) {
  const target = serverFolder();
  const wanted = MODULES.flatMap(({ folder, programs }) => programs.map((program) => ({ folder, program })));
  const missing = wanted.filter(({ program }) => !existsSync(join(target, program.file)));
  if (missing.length === 0) return target;
  const go = findGo();
  mkdirSync(target, { recursive: true });
  say(`Building ${missing.map(({ program }) => program.file).join(', ')} into ${target}.`);
  say('The first build takes five to seven minutes.');
  for (const { folder, program } of missing) {
    const start = Date.now();
    await build(go, folder, program, target);
    say(`  ${program.file} in ${Math.round((Date.now() - start) / 1000)} s`);
  }
  return target;
}
