/** The ways out of a failure: the pitfalls that findings point at, then the links that the runbook gives. Pure. */
import type { Certainty, PlacedFinding, Severity } from '../diagnosis/finding.ts';
import { pitfallsOf, type RankedPitfall, rankPitfalls } from '../diagnosis/pitfall.ts';
import type { Branch, ParameterSpec, RunbookBundle } from '../runbook/model.ts';
import { checkValue } from '../runbook/parameters.ts';
import type { SessionState } from './session.ts';

/** What may be walked before coming back to the action that failed. */
export interface OfferedBranch {
  /** What the intent `branch` takes: the link as it is written, or the key of a pitfall. */
  readonly href: string;
  readonly title: string;
  /** The key in the bundle, or undefined for a link inside the runbook that is walked. */
  readonly file?: string;
  /** The id of a step, without `#`. */
  readonly step?: string;
  /** What points at it. Absent: the runbook names it, and no finding does. */
  readonly found?: FoundThere;
  /** It is being walked already, further down the stack. */
  readonly open?: true;
}

/** The findings that point at a pitfall. */
interface FoundThere {
  /** The title of the gravest: one line. */
  readonly text: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** The codes of all of them, the gravest first, each once. */
  readonly codes: readonly string[];
  /** What its parameters are set to when it is entered. */
  readonly parameters: Readonly<Record<string, string>>;
}

type Place = { readonly session: SessionState; readonly bundle: RunbookBundle };

/**
 * What a failure offers, the likeliest first: pitfalls by what was found, then the links of the step. What is on the stack
 * already comes last, so that nobody is led in a circle.
 */
export function offered(
  { session, bundle }: Place,
  links: readonly Branch[],
  findings: readonly PlacedFinding[],
): readonly OfferedBranch[] {
  const ranked = rankPitfalls(pitfallsOf(bundle), findings);
  const open = new Set(session.stack.map(({ file }) => file));
  const pitfalls = ranked.map(
    (pitfall): OfferedBranch => ({
      href: pitfall.file,
      title: pitfall.title,
      file: pitfall.file,
      found: foundThere({ session, bundle }, pitfall),
      ...(open.has(pitfall.file) ? { open: true } : {}),
    }),
  );
  const others = links.filter((link) => !ranked.some((pitfall) => leadsTo(link, pitfall)));
  return [
    ...pitfalls.filter((each) => !each.open),
    ...others.map(({ href, title, file, step }) => ({
      href,
      title,
      ...(file === undefined ? {} : { file }),
      ...(step === undefined ? {} : { step }),
    })),
    ...pitfalls.filter((each) => each.open),
  ];
}

/** Whether a link leads to the beginning of the pitfall. One to a single step of it is a way of its own. */
function leadsTo({ file, step }: Branch, pitfall: { readonly file: string }): boolean {
  return file === pitfall.file && step === undefined;
}

function foundThere(place: Place, { file, found }: RankedPitfall): FoundThere {
  const [gravest] = found as readonly [PlacedFinding, ...PlacedFinding[]];
  const { title, severity, certainty, remedy } = gravest;
  const codes = [...new Set(found.map(({ code }) => code))];
  const parameters = valuesFor(place, file, remedy.parameters ?? {});
  return { text: title, severity, certainty, codes, parameters };
}

/**
 * The values that a finding gives to the parameters of a pitfall. What a runbook on the stack declares belongs to that one and
 * keeps its value; a value that the parameter does not take is asked for.
 */
function valuesFor(
  { session, bundle }: Place,
  file: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const spec of ownParameters({ session, bundle }, file)) {
    if (spec.type === 'secret' || !Object.hasOwn(given, spec.name)) continue;
    const checked = checkValue(spec, String(given[spec.name]));
    if (checked.ok) values[spec.name] = checked.value;
  }
  return values;
}

/** The parameters of a runbook that no runbook on the stack declares. */
export function ownParameters({ session, bundle }: Place, file: string): readonly ParameterSpec[] {
  const declared = new Set(
    session.stack.flatMap((frame) => (bundle.runbooks[frame.file]?.parameters ?? []).map(({ name }) => name)),
  );
  return (bundle.runbooks[file]?.parameters ?? []).filter(({ name }) => !declared.has(name));
}
