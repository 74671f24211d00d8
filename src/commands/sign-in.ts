/** Signing in before a screen is opened: a credential plugin may want to ask for a password, or show where to log in. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { CredentialPlugins } from '../cluster/access/credential-plugins.ts';
import { kubeconfigFiles } from '../cluster/access/kubeconfig-files.ts';
import type { ClusterChoice } from './brief.ts';

/**
 * What runs the credential plugins of this program; undefined where the kubeconfig has none, which most do not. On a terminal,
 * a plugin that may ask has asked when this settles, and later connections use what it gave for as long as it is good. One that
 * failed is no error here: whoever needs the cluster is told.
 */
export async function signInBeforeScreen(choice: ClusterChoice): Promise<CredentialPlugins | undefined> {
  const files = kubeconfigFiles(choice.kubeconfig, process.env, homedir());
  // Nothing that reads YAML is loaded for those who have no plugin.
  if (!files.some(mentionsPlugin)) return undefined;
  const [
    { createCredentialPlugins, pluginOf },
    { currentEntry },
    { readKubeconfig, selectContext },
    shell,
    { stripToLine },
  ] = await Promise.all([
    import('../cluster/access/credential-plugins.ts'),
    import('../cluster/access/current-entry.ts'),
    import('../cluster/access/kubeconfig.ts'),
    import('../shell/credential-plugin.ts'),
    import('../runbook/strip-controls.ts'),
  ]);
  const plugins = createCredentialPlugins((command) => shell.runCredentialPlugin(command, process.env));
  const config = readKubeconfig(files, choice.kubeconfig !== undefined);
  const selected = 'message' in config ? config : selectContext(config, choice.context);
  const plugin = 'message' in selected ? undefined : pluginOf(currentEntry(selected.yaml));
  if (plugin && plugin.interactiveMode !== 'Never' && process.stdin.isTTY === true) {
    process.stderr.write(`Signing in with ${stripToLine([plugin.command, ...plugin.args].join(' '))}\n`);
    await plugins.credentialByPrompt(plugin).catch(() => undefined);
  }
  return plugins;
}

function mentionsPlugin(file: string): boolean {
  try {
    return /\bexec\b/.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
