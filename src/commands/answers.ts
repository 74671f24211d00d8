import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { reasonOf } from '../shell/io-error.ts';
import { OperatorError } from './trouble.ts';

/**
 * An answers file: a YAML mapping from a parameter's name, an action's id or a step's id to a value. Throws an OperatorError
 * that says where the mistake is.
 */
export async function readAnswers(file: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new OperatorError(`The answers in ${file} cannot be read: ${reasonOf(error)}.`);
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [mistake] = document.errors;
  if (mistake) throw new OperatorError(`${file}: ${mistake.message}`);
  const answers: unknown = document.toJS() ?? {};
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) {
    throw new OperatorError(`${file} must be a mapping from names to values.`, {
      fix: 'For example: TO: stable-2.14.10',
    });
  }
  return Object.fromEntries(
    Object.entries(answers).map(([name, value]) => {
      if (typeof value === 'object') {
        throw new OperatorError(`${file}: the answer ${name} must be one value, such as a text or a number.`);
      }
      return [name, String(value)];
    }),
  );
}
