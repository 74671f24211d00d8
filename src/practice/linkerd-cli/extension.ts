import { type ExtensionName, extensionManifests, extensionsOf } from '../../linkerd/extensions.ts';
import { flagValue, type Invocation, isOn } from './args.ts';
import { checkExtension } from './check/command.ts';
import { storedConfig } from './cluster.ts';
import { CommandError, type Session } from './io.ts';
import { managedControllers, multiclusterCommand } from './multicluster.ts';
import { pruneExtension } from './prune.ts';
import { render } from './render.ts';

async function installExtension(
  session: Session,
  invocation: Invocation,
  extension: ExtensionName,
): Promise<void> {
  const unchecked = isOn(invocation, 'ignore-cluster') || isOn(invocation, 'skip-checks');
  if (!unchecked && (await storedConfig(await session.client(), session.namespace)) === undefined) {
    throw new CommandError('configmaps "linkerd-config" not found');
  }
  const manifests = await extensionManifests(extension, session.version, { from: session.io.now() });
  const controllers = extension === 'multicluster' ? managedControllers(session, invocation) : [];
  session.io.out(render([...manifests, ...controllers], flagValue(invocation, 'output')));
}

/** `linkerd viz VERB`, `linkerd multicluster VERB`, `linkerd jaeger VERB`; undefined for a verb that is not played. */
export async function extensionCommand(
  session: Session,
  invocation: Invocation,
): Promise<number | undefined> {
  const [name, verb] = invocation.command.split(' ');
  if (name !== 'viz' && name !== 'multicluster' && name !== 'jaeger') return undefined;
  if (!extensionsOf(session.version).includes(name)) return undefined;
  switch (verb) {
    case 'install':
      await installExtension(session, invocation, name);
      return 0;
    case 'check':
      return checkExtension(session, invocation, name);
    case 'prune':
      await pruneExtension(session, invocation, name, await extensionManifests(name, session.version));
      return 0;
    case 'uninstall':
      await pruneExtension(session, invocation, name, []);
      return 0;
    default:
      return name === 'multicluster' && (await multiclusterCommand(session, invocation, verb))
        ? 0
        : undefined;
  }
}
