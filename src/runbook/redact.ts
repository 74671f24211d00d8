/**
 * Takes secrets out of text line by line, and keeps the number of lines. Works on a stretch of a longer text: what is decided
 * by lines around it (a private key block, the data of a Secret) is right wherever `contextLines` of those are given as
 * well, and errs on the side of hiding where they are not.
 */
import { redactSecretData } from './redact-secret-data.ts';

/** How many lines before and after a stretch its redaction may depend on. An RSA key of 8192 bits has 100. */
export const contextLines = 200;

/** What stands where a secret was. */
export const hidden = '***';

/** Values shorter than this are not looked for: they would be found everywhere and hide the rest. */
const shortestSecret = 4;

export type Redactor = (lines: readonly string[]) => string[];

/** Makes the function that redacts lines, for the secret values known; their base64 and URL-encoded forms are hidden too. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const values = literalForms(secrets);
  const mayHold = sieveOf(values);
  return (lines) => {
    if (!mayHold(lines.join('\n'))) return [...lines];
    const literal = lines.map((line) => values.reduce((left, value) => left.replaceAll(value, hidden), line));
    return redactSecretData(redactKeyBlocks(literal)).map(redactPatterns);
  };
}

const redactLines = createRedactor([]);

/** A text without what looks like a secret; no value is known to be one. */
export const redactText = (text: string): string =>
  mayHoldSecret.test(text) ? redactLines(text.split('\n')).join('\n') : text;

/** Makes the quick look at any stretch of text: false where the redactor for these secrets would change nothing in it. */
export function createSecretSieve(secrets: readonly string[]): (text: string) => boolean {
  return sieveOf(literalForms(secrets));
}

/** Whether redaction would take something out of a text: a known secret in any of its forms, or what looks like one. */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  const lines = text.split('\n');
  return secrets.includes(text) || createRedactor(secrets)(lines).join('\n') !== text;
}

function sieveOf(values: readonly string[]): (text: string) => boolean {
  return (text) => values.some((value) => text.includes(value)) || mayHoldSecret.test(text);
}

function literalForms(secrets: readonly string[]): string[] {
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  const forms = parts
    .filter((part) => part.trim().length >= shortestSecret)
    .flatMap((part) => {
      const base64 = Buffer.from(part).toString('base64');
      return [
        part,
        base64,
        base64.replace(/=+$/, ''),
        encodeURIComponent(part),
        JSON.stringify(part).slice(1, -1),
      ];
    });
  // Longest first: a short form inside a longer one must not leave the rest of it.
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** A cheap look at a whole stretch: most output has nothing of this. */
const mayHoldSecret =
  /PRIVATE KEY|bearer\s|\beyJ|LS0t|data\\?["']?:|(?:token|password|secret)\\?["']?\s*[:=]|:\/\/[^\s/@]{1,200}@/i;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(\bbearer\s+)[\w.~+/=-]{8,}/gi, `$1${hidden}`],
  // JWT, service-account tokens among them: header and payload are base64url of JSON objects.
  [/\beyJ[\w-]{8,}\.ey[\w-]{6,}(?:\.[\w-]*)?/g, hidden],
  // Base64 of "-----BEGIN ... PRIVATE KEY-----", at the three ways its text can fall on groups of three bytes.
  [/LS0tLS1CRUdJTi[\w+/]*?(?:UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)[\w+/=]*/g, hidden],
  [
    /((?:^|[\s{,"'-])(?:client-key-data|token|id-token|refresh-token|access[-_]token|client-secret|password)\\?["']?\s*[:=]\s*\\?["']?)(?!\*\*\*)[^\s"'\\,}]{6,}/gi,
    `$1${hidden}`,
  ],
  [/(\w:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}@/g, `$1${hidden}@`],
];

function redactPatterns(line: string): string {
  return patterns.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), line);
}

const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const keyInLine =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;
/** A line of nothing but base64, with what quotes or indents it. */
const keyBody = /^[\s>|+"'-]*[A-Za-z0-9+/=]{16,}\s*$/;

/** Hides private keys: begun and ended, begun only (the rest is not there yet), or ended only (its beginning was cut off). */
function redactKeyBlocks(lines: readonly string[]): string[] {
  const result: string[] = [];
  let inside = false;
  for (const line of lines) {
    if (inside) {
      const end = keyEnd.exec(line);
      inside = end === null;
      result.push(end === null ? hidden : hidden + line.slice(end.index + end[0].length));
      continue;
    }
    if (keyBegin.test(line)) {
      inside = !keyEnd.test(line.slice(line.search(keyBegin)));
      result.push(line.replace(keyInLine, hidden));
      continue;
    }
    if (keyEnd.test(line)) {
      for (let index = result.length - 1; index >= 0 && keyBody.test(result[index] ?? ''); index -= 1) {
        result[index] = hidden;
      }
      result.push(hidden);
      continue;
    }
    result.push(line);
  }
  return result;
}
