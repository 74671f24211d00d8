import type { Json } from './json.ts';

/** How long ago a time is, in the words of kubectl (`2m`, `3h12m`, `5d`); `<unknown>` without one. */
export function duration(since: Json, now: number): string {
  const start = typeof since === 'string' ? Date.parse(since) : Number.NaN;
  return Number.isNaN(start) ? '<unknown>' : span(now - start);
}

/** The rules of the API machinery's HumanDuration: two units while the first is small. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

const pair = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;

/** A label selector as kubectl prints it. */
export function selectorCell(selector: Json): string {
  if (!selector) return '<none>';
  const equalities = Object.entries<Json>(selector.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }: Json) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equalities, ...expressions].join(',') || '<none>';
}

/** A map of labels as a selector: `a=b,c=d`. */
export const mapCell = (map: Json) => selectorCell(map && { matchLabels: map });

const containers = (template: Json): Json[] => template?.spec?.containers ?? [];
/** The names of a template's containers, with commas. */
export const containerNames = (template: Json) =>
  containers(template)
    .map(({ name }) => name)
    .join(',');
/** The images of a template's containers, with commas. */
export const containerImages = (template: Json) =>
  containers(template)
    .map(({ image }) => image)
    .join(',');
