import type { PracticeInfo, PracticeResult } from '../practice/practice-control.ts';
import { exitCodes } from '../state/exit-codes.ts';
import type { ClusterChoice } from './brief.ts';
import { signInBeforeScreen } from './sign-in.ts';
import { OperatorError } from './trouble.ts';

export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly practice?: boolean;
}

/**
 * The cluster that the options name, signed in to where that may ask something of the operator and the cluster will be
 * `asked`: call it before a screen is opened. The practice cluster is started where it is named and does not run.
 */
export async function chooseCluster(
  { kubeconfig, context, practice }: ClusterOptions,
  asked: (choice: ClusterChoice) => boolean = () => true,
): Promise<ClusterChoice> {
  if (practice) {
    // Only here: what it brings along would hold up the first frame of those who do not practise.
    const { practiceUp } = await import('../practice/practice-control.ts');
    const { kubeconfig: own } = practiceInfo(await practiceUp());
    if (own !== undefined) return { kubeconfig: own };
  }
  const choice = { ...(kubeconfig ? { kubeconfig } : {}), ...(context ? { context } : {}) };
  return asked(choice) ? signedIn(choice) : choice;
}

/** The same cluster, with what runs its credential plugins. One that may ask has asked by then. */
export async function signedIn(choice: ClusterChoice): Promise<ClusterChoice> {
  const plugins = await signInBeforeScreen(choice);
  return plugins ? { ...choice, plugins } : choice;
}

/** What the practice cluster is now. Throws an OperatorError where it could not be made so. */
export function practiceInfo(result: PracticeResult): PracticeInfo {
  if (result.ok) return result.info;
  throw new OperatorError(result.message, { fix: result.fix, exitCode: practiceExitCode(result) });
}

/** What a command ends with where the practice cluster could not be had. */
export function practiceExitCode({ why }: Extract<PracticeResult, { ok: false }>): number {
  switch (why) {
    case 'usage':
      return exitCodes.usage.code;
    case 'unwritable':
      return exitCodes.broken.code;
    default:
      return exitCodes.notReady.code;
  }
}
