import { stripToLine } from '../runbook/strip-controls.ts';

/** A JSON object whose shape is not known yet. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = Object.freeze({});
/** Longer texts tell nothing more, and regular expressions go over them. */
const LONGEST_TEXT = 4000;
const plain = /^[\x20-\x7e]*$/;

/** The object, or an empty one for anything else. */
export const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : NOTHING;

/** The objects of a list; what is no object is left out, and no list is an empty one. */
export const records = (value: unknown): readonly Json[] =>
  Array.isArray(value)
    ? value.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each))
    : [];

/** One stripped line, at most 4,000 characters long; '' for what is no text. */
export function text(value: unknown): string {
  if (typeof value !== 'string') return '';
  const cut = value.length > LONGEST_TEXT ? value.slice(0, LONGEST_TEXT) : value;
  return plain.test(cut) ? cut.trim() : stripToLine(cut);
}

/** The texts of a list. */
export const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(text).filter((each) => each !== '') : [];

/** A whole number; 0 for what is no number. */
export const whole = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : 0;

/** A whole number, or undefined for what is no number. */
export const wholeOrNone = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined;

/** ms since the epoch of an RFC 3339 time, or undefined. */
export function time(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** The entries of a map of texts, such as labels. */
export const textMap = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(record(value)).flatMap(([key, each]) =>
      typeof each === 'string' ? [[text(key), text(each)]] : [],
    ),
  );

/** One entry of a map of texts, or ''. */
export const entry = (map: unknown, key: string): string => {
  const found = record(map);
  return Object.hasOwn(found, key) ? text(found[key]) : '';
};
