/** The proxies of one workload against the version that they must have. Pure. */
import { linkerdVersion } from '../runbook/linkerd-version.ts';
import type { ControlPlaneMeta, Role, Survey } from './model.ts';
import type { RestartChoice, VersionCount } from './restart-plan.ts';
import type { Surveyed } from './restart-scope.ts';

/** Whether two names stand for one version: `2.14.10` is `stable-2.14.10`. */
export const sameVersion = (a: string, b: string): boolean =>
  a === b || (linkerdVersion(a) ?? a) === (linkerdVersion(b) ?? b);

/** The version of the proxies that the control plane gives to new pods, or ''. */
export const givenBy = (plane: ControlPlaneMeta | undefined): string =>
  plane?.proxyVersion ?? plane?.version ?? '';

/** What the pods of one workload have for proxies. */
export interface Proxies {
  readonly meshed: boolean;
  readonly unmeshed: boolean;
  readonly behind: boolean;
  readonly otherRoot: boolean;
  readonly versions: readonly VersionCount[];
  readonly role: Role;
  readonly extension: string;
}

/** Folds what the survey says of one workload; `expect` is '' where it is not known. */
export function proxiesOf(found: Surveyed | undefined, expect: string): Proxies {
  const rows = found?.rows ?? [];
  const bare = found?.unmeshed?.pods ?? 0;
  const otherRoot = rows.some(({ otherTrustRoot }) => otherTrustRoot > 0);
  return {
    meshed: rows.length > 0,
    unmeshed: bare > 0,
    behind: otherRoot || rows.some(({ version }) => expect !== '' && !sameVersion(version, expect)),
    otherRoot,
    versions: [
      ...rows.map(({ version, pods }) => ({ version, pods })),
      ...(bare > 0 ? [{ version: '', pods: bare }] : []),
    ],
    role: rows[0]?.role ?? 'data-plane',
    extension: rows[0]?.extension ?? '',
  };
}

/** What its proxies must be: what was asked for, else what its own control plane gives. */
export function expectedOf(survey: Survey, found: Surveyed | undefined, choice: RestartChoice): string {
  if (choice.expect !== undefined) return choice.expect;
  const plane = survey.controlPlanes.find(({ namespace }) => namespace === found?.rows[0]?.meshOf);
  return givenBy(plane ?? survey.controlPlane);
}
