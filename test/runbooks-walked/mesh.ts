/** A practice cluster that runbooks are walked on: real kubectl, the stand-in of every release on the PATH. */
import { delimiter } from 'node:path';
import type { PracticeOptions } from '../../src/practice/start-practice.ts';
import { practiceWithKubectl, run } from '../linkerd-cli/helpers.ts';
import { type Ran, standInsBelow, walkRunbook } from '../linkerd-cli/walk.ts';

/** What a runbook is walked with. */
interface Walk {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly undo?: readonly string[];
  readonly only?: readonly string[];
}

/** Starts a cluster with the mesh of a release. */
export async function startMesh(version: string, options: PracticeOptions = {}) {
  const cluster = await practiceWithKubectl({ mesh: version, ...options });
  const bin = await standInsBelow(cluster.folder, version);
  const environment = {
    ...cluster.environment,
    PATH: [bin, process.env.PATH].join(delimiter),
  };
  /** Runs a script as a step of a runbook would; throws with what it said where it fails. */
  const sh = async (script: string, input = ''): Promise<string> => {
    const { code, out, err } = await run(
      'bash',
      ['-o', 'errexit', '-o', 'nounset', '-o', 'pipefail', '-c', script],
      {
        env: environment,
        input,
      },
    );
    if (code !== 0) throw new Error(`${script}\n${out}\n${err}`);
    return out.trim();
  };
  const walk = (name: string, { parameters = {}, ...options }: Walk = {}): Promise<Ran[]> =>
    walkRunbook(`linkerd/${name}.md`, { parameters, environment, ...options });
  return {
    ...cluster,
    bin,
    environment,
    sh,
    walk,
    apply: (...objects: readonly object[]) =>
      sh(
        'kubectl apply --filename - >/dev/null',
        objects.map((each) => `---\n${JSON.stringify(each)}\n`).join(''),
      ),
  };
}

export type Mesh = Awaited<ReturnType<typeof startMesh>>;

/** All that a walk has printed: to look for what must, or must never, be in it. */
export const textOf = (ran: readonly Ran[]): string => ran.map(({ out, err }) => out + err).join('\n');

/** The titles of the steps that were walked, each once. */
export const stepsOf = (ran: readonly Ran[]): string[] => [...new Set(ran.map(({ step }) => step))];

/** A script that makes an anchor with its key, and an issuer of it, in the folder that it runs in: `ca.*`, `issuer.*`, `extensions`. */
export const identityFiles = (
  issuerDays: number,
): string => `printf '%s\\n' 'basicConstraints = critical, CA:TRUE' 'keyUsage = critical, keyCertSign, cRLSign' >extensions
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
openssl req -new -key ca.key -subj /CN=root.linkerd.cluster.local -out ca.csr
openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -extfile extensions -out ca.crt
openssl ecparam -name prime256v1 -genkey -noout -out issuer.key
openssl req -new -key issuer.key -subj /CN=identity.linkerd.cluster.local -out issuer.csr
openssl x509 -req -in issuer.csr -CA ca.crt -CAkey ca.key -set_serial 7 -days ${issuerDays} -extfile extensions -out issuer.crt`;
