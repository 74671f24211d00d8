/** `handrail run --diagnosed`: what a diagnosis of the cluster gives a pitfall to start from. */
import { diagnose } from '../../diagnosis/diagnose.ts';
import { rankPitfalls } from '../../diagnosis/pitfall.ts';
import type { ClusterOptions } from '../target.ts';
import { OperatorError } from '../trouble.ts';
import { pitfallCatalogue } from './catalogue.ts';
import { look } from './look.ts';
import { declaredValues } from './walk-command.ts';

/** Values of the pitfall's parameters. Throws an OperatorError where it is no pitfall, or nothing points at it now. */
export async function diagnosedValues(
  name: string,
  options: ClusterOptions,
): Promise<Readonly<Record<string, string>>> {
  const pitfall = (await pitfallCatalogue()).find((one) => [one.name, one.file].includes(name));
  if (pitfall === undefined) {
    throw new OperatorError(`--diagnosed is for a pitfall, and ${JSON.stringify(name)} is none.`, {
      fix: 'handrail diagnose names those that fit.',
    });
  }
  const known = diagnose(await look(options)).findings.filter(
    ({ certainty }) => certainty !== 'undetermined',
  );
  const first = rankPitfalls([pitfall], known)[0]?.found[0];
  if (first === undefined) {
    throw new OperatorError(`Nothing of what ${name} mends is found on the cluster now.`, {
      fix: `To walk it all the same: handrail run ${name}`,
    });
  }
  return declaredValues(pitfall, first);
}
