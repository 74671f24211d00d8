import {
  type PracticeResult,
  type PracticeUpOptions,
  practiceBin,
  practiceDown,
  practiceKubernetes,
  practiceReset,
  practiceStatus,
  practiceUp,
} from '../practice/practice-control.ts';
import { exitCodes } from '../state/exit-codes.ts';
import { practiceExitCode } from './target.ts';

export type PracticeVerb = 'up' | 'down' | 'reset' | 'status' | 'kubeconfig' | 'kubernetes';

export interface PracticeCommandOptions extends PracticeUpOptions {
  readonly output?: 'text' | 'json';
}

export interface CommandIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** What one can do now, for a person who has just got a cluster. */
function introduction(kubeconfig: string, charts: string | undefined, idleMinutes: number): string {
  const idle = idleMinutes % 60 === 0 ? `${idleMinutes / 60} h` : `${idleMinutes} min`;
  return [
    `  kubeconfig  ${kubeconfig}`,
    `  tools       ${practiceBin()}`,
    ...(charts === undefined ? [] : [`  charts      ${charts}`]),
    '',
    'In this shell:',
    `  export KUBECONFIG=${quoted(kubeconfig)} PATH=${quoted(practiceBin())}:"$PATH"`,
    '  kubectl get pods -A',
    '  linkerd check',
    ...(charts === undefined ? [] : [`  handrail run linkerd/upgrade-helm --set CHARTS=${charts}`]),
    '',
    `To end it: handrail practice down   (after ${idle} without use it ends by itself)`,
    '',
  ].join('\n');
}

function told(result: PracticeResult, verb: 'up' | 'reset', idleMinutes: number, io: CommandIo): number {
  if (!result.ok) {
    io.stderr.write(`handrail: ${result.message}\n  ${result.fix}\n`);
    return practiceExitCode(result);
  }
  const { info, changed } = result;
  const how = changed ? (verb === 'reset' ? 'is fresh' : 'is up') : 'was up already';
  const first = `The practice cluster ${how}: ${info.detail}, speed ${info.state?.settings.speed}`;
  io.stdout.write(`${first}\n${introduction(info.kubeconfig ?? '', info.state?.charts, idleMinutes)}`);
  return exitCodes.done.code;
}

/** `handrail practice VERB`. Gives the exit code. */
export async function practiceCommand(
  verb: PracticeVerb,
  options: PracticeCommandOptions,
  io: CommandIo = process,
): Promise<number> {
  const { output = 'text', ...settings } = options;
  const idleMinutes = settings.idleMinutes ?? 120;
  switch (verb) {
    case 'up':
      return told(await practiceUp(settings), verb, idleMinutes, io);
    case 'reset':
      return told(await practiceReset(settings), verb, idleMinutes, io);
    case 'down': {
      const result = await practiceDown();
      if (!result.ok) {
        io.stderr.write(`handrail: ${result.message}\n  ${result.fix}\n`);
        return practiceExitCode(result);
      }
      io.stdout.write(
        result.changed ? 'The practice cluster has ended.\n' : 'No practice cluster was running.\n',
      );
      return exitCodes.done.code;
    }
    case 'status': {
      const info = await practiceStatus();
      if (output === 'json') {
        const { running, detail, kubeconfig, state, kubernetes } = info;
        const { url, charts, since, settings: set } = state ?? {};
        const shown = {
          running,
          detail,
          kubeconfig,
          url,
          charts,
          since,
          pid: state?.process.pid,
          ...set,
          kubernetes,
        };
        io.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
      } else if (info.state === undefined) {
        io.stdout.write('No practice cluster is running.\n  To start one: handrail practice up\n');
      } else {
        const { url, charts, since, settings: set } = info.state;
        const served = charts === undefined ? '' : `  charts      ${charts}\n`;
        io.stdout.write(
          `The practice cluster is up: ${info.detail}, speed ${set.speed}\n  kubernetes  ${info.kubernetes ?? 'does not answer'}\n  server      ${url}\n  kubeconfig  ${info.kubeconfig}\n${served}  since       ${since}\n`,
        );
      }
      return info.running ? exitCodes.done.code : exitCodes.notReady.code;
    }
    case 'kubernetes': {
      const result = await practiceKubernetes(options.kubernetes ?? 0);
      if (!result.ok) {
        io.stderr.write(`handrail: ${result.message}\n  ${result.fix}\n`);
        return practiceExitCode(result);
      }
      const { kubernetes } = result.info;
      io.stdout.write(
        `The practice cluster ${result.changed ? 'is' : 'was'} on Kubernetes ${kubernetes}${result.changed ? ' now' : ' already'}.\n`,
      );
      return exitCodes.done.code;
    }
    case 'kubeconfig': {
      const { kubeconfig } = await practiceStatus();
      if (kubeconfig === undefined) {
        io.stderr.write('handrail: no practice cluster is running\n  To start one: handrail practice up\n');
        return exitCodes.notReady.code;
      }
      io.stdout.write(`${kubeconfig}\n`);
      return exitCodes.done.code;
    }
  }
}
