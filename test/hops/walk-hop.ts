/** One hop of an upgrade on a practice cluster of its own, with nobody there: the built program, real kubectl, the bundled runbook. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'vitest';
import { handrail, type Ran, temporaryHome } from '../helpers/handrail.ts';

/** What an operator has said beforehand. */
const usualAnswers = { 'read-the-notices': 'yes' };

export interface HopWorld {
  /** The environment of whoever works on that cluster. */
  readonly env: Record<string, string>;
  handrail(...args: readonly string[]): Promise<Ran>;
  /** Walks `linkerd/upgrade-cli` to its end. */
  walk(to: string, more?: { readonly args?: readonly string[]; readonly answers?: object }): Promise<Ran>;
  /** A script in bash, as an operator types it; fails with its output. */
  sh(script: string): Promise<string>;
  close(): Promise<void>;
}

/** A practice cluster that runs the release, and a home for whoever upgrades it. */
export async function hopWorld(mesh: string, flags: readonly string[] = []): Promise<HopWorld> {
  const home = temporaryHome();
  const up = await handrail(['practice', 'up', '--mesh', mesh, '--speed', '200', ...flags], {
    env: home.env,
  });
  if (up.code !== 0) throw new Error(up.stdout + up.stderr);
  const folder = join(home.folder, 'state/handrail/practice');
  const env = {
    ...home.env,
    KUBECONFIG: join(folder, 'kubeconfig'),
    PATH: join(folder, 'bin') + delimiter + home.env.PATH,
  };
  const run = (...args: readonly string[]) => handrail(args, { env });
  return {
    env,
    handrail: run,
    walk(to, { args = [], answers = {} } = {}) {
      const file = join(home.folder, 'answers.yaml');
      writeFileSync(file, JSON.stringify({ ...usualAnswers, ...answers }));
      return run(
        ...['run', 'linkerd/upgrade-cli', '--practice', '--plain', '--unattended'],
        ...['--answers', file, '--set', `TO=${to}`, ...args],
      );
    },
    sh: (script) =>
      new Promise((resolve, reject) => {
        execFile('bash', ['-euo', 'pipefail', '-c', script], { env }, (error, stdout, stderr) =>
          error ? reject(new Error(`${script}\n${stdout}${stderr}`)) : resolve(stdout),
        );
      }),
    async close() {
      await handrail(['practice', 'down'], { env: home.env });
      home.remove();
    },
  };
}

const proxyImages =
  '{range .items[*]}{.spec.initContainers[?(@.name=="linkerd-proxy")].image}{.spec.containers[?(@.name=="linkerd-proxy")].image}{"\\n"}{end}';

/** Every proxy that runs is of the version, there is one control plane and it is of the version, and the survey finds nothing. */
export async function expectMesh(world: HopWorld, version: string): Promise<void> {
  const images = await world.sh(
    `kubectl get pods -A -l linkerd.io/control-plane-ns --field-selector status.phase=Running -o jsonpath='${proxyImages}'`,
  );
  const tags = images
    .trim()
    .split('\n')
    .map((image) => image.split(':').at(-1));
  expect([...new Set(tags)]).toEqual([version]);
  const survey = JSON.parse((await world.handrail('survey', '--practice', '-o', 'json')).stdout) as {
    readonly controlPlanes: readonly { readonly version: string }[];
    readonly findings: readonly unknown[];
  };
  expect(survey.controlPlanes.map((one) => one.version)).toEqual([version]);
  expect(survey.findings).toEqual([]);
}
