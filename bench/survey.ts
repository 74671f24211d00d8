/** The survey of 10,000 pods on a real API server, against `kubectl get pods -A -o json`, in turn. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTools } from '../src/practice/tools.ts';
import { livePods, type RealCluster } from './live/real-cluster.ts';
import { median, ratio } from './median.ts';

const rounds = 3;
const oursARound = 3;

interface Run {
  readonly ms: number;
  /** MB at the most. */
  readonly memory: number;
}

/** Runs a program to its end with its output going nowhere, but for what `read` takes of it. */
function timed(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  read?: (output: string) => void,
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(file, args, { env, stdio: ['ignore', read ? 'pipe' : 'ignore', 'inherit'] });
    let memory = 0;
    const look = () => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        memory = Math.max(memory, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1000);
      } catch {
        // It has just ended.
      }
    };
    const looks = setInterval(look, 10);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      look();
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(looks);
      if (code !== 0) return reject(new Error(`${file} ${args.join(' ')}: exit code ${code}`));
      const ms = performance.now() - started;
      read?.(output);
      resolve({ ms, memory });
    });
  });
}

export async function bench(root: string, cluster: RealCluster): Promise<Record<string, string>> {
  const { paths, missing } = await findTools(['kubectl'], { prefer: 'bundled' });
  const [lacks] = missing;
  if (lacks) throw new Error(`kubectl is missing: ${lacks.how}`);
  const home = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_STATE_HOME: home,
    KUBECONFIG: cluster.kubeconfigFile,
  };
  const all: { readonly ours: Run[]; readonly kubectl: Run[] } = { ours: [], kubectl: [] };
  const survey = () =>
    timed(process.execPath, [join(root, 'dist/handrail.js'), 'survey', '-o', 'json'], env, (output) => {
      const { totals } = JSON.parse(output) as { readonly totals: { readonly meshed: number } };
      if (totals.meshed < livePods) throw new Error(`the survey saw ${totals.meshed} of ${livePods} proxies`);
    });
  try {
    await survey();
    for (let round = 0; round < rounds; round += 1) {
      for (let run = 0; run < oursARound; run += 1) all.ours.push(await survey());
      all.kubectl.push(await timed(paths.kubectl!, ['get', 'pods', '-A', '-o', 'json'], env));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const ms = (runs: readonly Run[]) => median(runs.map((run) => run.ms));
  const memory = (runs: readonly Run[]) => Math.max(...runs.map((run) => run.memory));
  return {
    'handrail survey -o json (ms)': ms(all.ours).toFixed(0),
    'kubectl get pods -A -o json (ms)': ms(all.kubectl).toFixed(0),
    'kubectl against the survey (at least 10x)': ratio(ms(all.kubectl), ms(all.ours)),
    'memory of the survey at the most (MB, at most 150)': memory(all.ours).toFixed(0),
    'memory of kubectl at the most (MB)': memory(all.kubectl).toFixed(0),
  };
}
