import { factsOf } from '../../linkerd/facts.ts';
import { KubeError } from '../kube-client.ts';
import { flagValue, type Invocation, isOn, parseArguments, UsageError } from './args.ts';
import { check } from './check/command.ts';
import { extensionCommand } from './extension.ts';
import { completion, help } from './help.ts';
import { inject, uninject } from './inject.ts';
import { install, upgrade } from './install.ts';
import { installCni } from './install-cni.ts';
import { type CliIo, CommandError, type Session } from './io.ts';
import { prune, uninstall } from './prune.ts';
import { repair } from './repair.ts';
import { version as printVersion } from './version.ts';

async function dispatch(session: Session, invocation: Invocation): Promise<number> {
  if (invocation.command === '' || invocation.command === 'help' || isOn(invocation, 'help')) {
    const topic = invocation.command === 'help' ? invocation.rest.join(' ') : invocation.command;
    session.io.out(help(session.version, topic));
    return 0;
  }
  switch (invocation.command) {
    case 'completion': {
      const text = completion(session.version, invocation.rest[0]);
      if (text === undefined) throw new CommandError('unsupported shell type (must be bash, fish or zsh)');
      session.io.out(text);
      return 0;
    }
    case 'version':
      await printVersion(session, invocation);
      return 0;
    case 'check':
      return check(session, invocation);
    case 'install':
      await install(session, invocation);
      return 0;
    case 'install-cni':
      installCni(session, invocation);
      return 0;
    case 'upgrade':
      await upgrade(session, invocation);
      return 0;
    case 'prune':
      await prune(session, invocation);
      return 0;
    case 'repair':
      await repair(session, invocation);
      return 0;
    case 'uninstall':
      await uninstall(session, invocation);
      return 0;
    case 'inject':
      await inject(session, invocation);
      return 0;
    case 'uninject':
      await uninject(session, invocation);
      return 0;
    default: {
      const code = await extensionCommand(session, invocation);
      if (code !== undefined) return code;
      throw new CommandError(
        `the stand-in of the practice cluster does not play "linkerd ${invocation.command}"; the real tool has it`,
      );
    }
  }
}

/** Runs one command line as the given version of `linkerd`; the exit code is that of the process. */
export async function runLinkerd(version: string, argv: readonly string[], io: CliIo): Promise<number> {
  try {
    const invocation = parseArguments(version, argv);
    const kubeconfig = flagValue(invocation, 'kubeconfig');
    const context = flagValue(invocation, 'context');
    const session: Session = {
      io,
      version,
      major: factsOf(version).major,
      namespace: flagValue(invocation, 'linkerd-namespace') ?? io.env.LINKERD_NAMESPACE ?? 'linkerd',
      client: async () =>
        io.connect({
          ...(kubeconfig === undefined ? {} : { kubeconfig }),
          ...(context === undefined ? {} : { context }),
        }),
    };
    return await dispatch(session, invocation);
  } catch (error) {
    if (error instanceof UsageError) io.err(`Error: ${error.message}\n`);
    else if (error instanceof CommandError) io.err(`${error.message}\n`);
    else if (error instanceof KubeError) io.err(`Error: ${error.status.message}\n`);
    else io.err(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
