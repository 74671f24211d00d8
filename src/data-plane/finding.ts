/** One thing that an operator should know of a survey. */

export type SurveyFindingCode =
  | 'control-plane-missing'
  | 'upgrade-half-done'
  | 'proxies-ahead'
  | 'proxies-old'
  | 'other-trust-root'
  | 'unmeshed'
  | 'proxies-behind'
  | 'pinned'
  | 'version-unknown'
  | 'bare-pods'
  | 'several-control-planes'
  | 'completed'
  | 'unseen';

export interface SurveyFinding {
  readonly code: SurveyFindingCode;
  /** `problem`: something does not work or is not supported; `attention`: the next upgrade or restart has to deal with it. */
  readonly level: 'problem' | 'attention' | 'note';
  readonly title: string;
  /** What it means, and what to do. */
  readonly advice: string;
  /** What it is about, each in one line: all of them, also where there are thousands. */
  readonly items: readonly string[];
}
