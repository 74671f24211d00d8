/** The versions of the tools that an upgrade is done with, as evidence. */
import type { Read, Snapshot } from '../diagnosis/snapshot.ts';
import { stripToLine } from '../runbook/strip-controls.ts';
import { findTool, toolVersion } from './tools.ts';

/** Short: a tool that hangs holds up a diagnosis. */
const timeoutMs = 4000;

/** What `linkerd`, `kubectl` and `helm` on the PATH of `env` say of themselves. Never rejects. */
export async function toolVersions(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Pick<Snapshot, 'linkerdCli' | 'kubectlCli' | 'helmCli'>> {
  const [linkerdCli, kubectlCli, helmCli] = await Promise.all([
    versionOf('linkerd', env),
    versionOf('kubectl', env),
    versionOf('helm', env),
  ]);
  return { linkerdCli, kubectlCli, helmCli };
}

async function versionOf(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Read<string>> {
  const path = findTool(name, env);
  if (path === undefined) {
    return { state: 'unread', why: 'absent', message: `There is no ${name} on the PATH.` };
  }
  const said = await toolVersion(name, path, env, timeoutMs);
  if (!said.ok) return { state: 'unread', why: 'failed', message: stripToLine(said.why).slice(0, 400) };
  // Written as the tool prints it: the releases of Linkerd begin with their channel, all others with a v.
  const version = /^\d/.test(said.version) && name !== 'linkerd' ? `v${said.version}` : said.version;
  return { state: 'read', value: version };
}
