import { ApiError, badRequest, badRequestOf, type Cause } from './errors.ts';

const MATCHES = ['Exact', 'NotOlderThan'];
const NUMBERS = ['limit', 'timeoutSeconds'];

const forbidden = (field: string, why: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
  field,
});
const unsupported = (field: string, value: string, known: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${known.map((each) => JSON.stringify(each)).join(', ')}`,
  field,
});

function causesOf(query: URLSearchParams, watching: boolean): Cause[] {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const field = 'resourceVersionMatch';
  const causes: Cause[] = [];
  if (query.has('sendInitialEvents')) {
    if (!watching) return [forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')];
    if (match !== 'NotOlderThan')
      causes.push(
        forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
      );
    if (match !== 'NotOlderThan' && match !== '') causes.push(unsupported(field, match, ['NotOlderThan']));
    return causes;
  }
  if (match === '') return [];
  if (watching)
    return [
      forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    ];
  if (version === '')
    causes.push(forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (query.get('continue'))
    causes.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
  if (!MATCHES.includes(match)) causes.push(unsupported(field, match, [...MATCHES, '']));
  if (match === 'Exact' && version === '0')
    causes.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  return causes;
}

/**
 * Refuses what a list or watch may not ask for (`ValidateListOptions` of apimachinery), and a version that is no number or
 * has not come yet.
 */
export function checkListOptions(query: URLSearchParams, watching: boolean, revision: number): void {
  for (const name of NUMBERS) {
    const value = query.get(name);
    if (value && !/^-?\d+$/.test(value))
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  const causes = causesOf(query, watching);
  if (causes.length > 0) throw badRequestOf('ListOptions', causes);
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && !/^\d+$/.test(version)) {
    const why = `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw watching ? new ApiError(500, '', why) : badRequest(`invalid resource version: ${why}`);
  }
  if (!watching && Number(version) > revision) {
    const message = `Timeout: Too large resource version: ${version}, current: ${revision}`;
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    throw new ApiError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
  }
}

/** What `dryRun` and `fieldValidation` say; 422 for a value that there is not. `kind` is that of the options. */
export function checkWriteOptions(query: URLSearchParams, kind: string): void {
  const causes: Cause[] = [];
  const runs = query.getAll('dryRun');
  if (runs.some((value) => value !== 'All')) {
    const message = `Unsupported value: ${JSON.stringify(runs)}: supported values: "All"`;
    causes.push({ reason: 'FieldValueNotSupported', message, field: 'dryRun' });
  }
  const validation = query.get('fieldValidation') ?? '';
  const known = ['', 'Ignore', 'Strict', 'Warn'];
  if (!known.includes(validation)) causes.push(unsupported('fieldValidation', validation, known));
  if (causes.length > 0) throw badRequestOf(kind, causes);
}
