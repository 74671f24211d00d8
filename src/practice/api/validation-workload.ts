import { quantity } from '../../rollout/quantities.ts';
import type { KubeObject } from '../kube-client.ts';
import { ApiError, badValue, type Cause } from './errors.ts';
import { isMap, type Json } from './json.ts';

import type { ResourceInfo } from './resources.ts';

const unsupported = (field: string, shown: string, known: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown}: supported values: ${known.map((each) => JSON.stringify(each)).join(', ')}`,
});

const COUNTS = [
  'replicas',
  'minReadySeconds',
  'progressDeadlineSeconds',
  'revisionHistoryLimit',
  'parallelism',
  'completions',
  'backoffLimit',
];
const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function* quantitiesOf(spec: Json): Generator<unknown> {
  for (const list of ['containers', 'initContainers'])
    for (const container of Array.isArray(spec?.[list]) ? spec[list] : [])
      for (const part of ['requests', 'limits']) yield* Object.values(container?.resources?.[part] ?? {});
}

/** 400 for values that the server cannot even read: a text where a number belongs, and the like. */
export function checkTypes(info: ResourceInfo, { spec, data }: KubeObject): void {
  const refuse = (why: string) => {
    const type = `${info.kind} in version ${JSON.stringify(info.version)} cannot be handled as a ${info.kind}`;
    return new ApiError(400, 'BadRequest', `${type}: ${why}`);
  };
  const goType = (value: unknown) => (typeof value === 'boolean' ? 'bool' : typeof value);
  if (info.group === 'apps' || info.group === 'batch') {
    for (const field of COUNTS) {
      const value = spec?.[field];
      if (value === undefined || value === null || typeof value === 'number') continue;
      const where = `${info.kind}Spec.spec.${field}`;
      throw refuse(`json: cannot unmarshal ${goType(value)} into Go struct field ${where} of type int32`);
    }
  }
  if (info.kind === 'ConfigMap' && isMap(data)) {
    const wrong = Object.values(data).find((value) => typeof value !== 'string' && value !== null);
    if (wrong !== undefined)
      throw refuse(
        `json: cannot unmarshal ${goType(wrong)} into Go struct field ConfigMap.data of type string`,
      );
  }
  const podSpec = info.kind === 'Pod' ? spec : spec?.template?.spec;
  for (const value of quantitiesOf(podSpec))
    if (!QUANTITY.test(String(value)))
      throw refuse(`quantities must match the regular expression '${QUANTITY.source}'`);
}

/** What is wrong with how a Deployment is to be rolled out. */
export function rolloutCauses({ kind, spec }: KubeObject): Cause[] {
  const causes: Cause[] = [];
  if (kind !== 'Deployment') return causes;
  const { type, rollingUpdate } = spec.strategy ?? {};
  if (type !== undefined && type !== 'RollingUpdate' && type !== 'Recreate')
    causes.push(
      unsupported('spec.strategy', JSON.stringify({ Type: type, RollingUpdate: rollingUpdate ?? null }), [
        'Recreate',
        'RollingUpdate',
      ]),
    );
  const none = (value: unknown) => value === 0 || value === '0%';
  if (type === 'RollingUpdate' && none(rollingUpdate?.maxSurge) && none(rollingUpdate?.maxUnavailable)) {
    const field = 'spec.strategy.rollingUpdate.maxUnavailable';
    causes.push(badValue(field, rollingUpdate.maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  const deadline = spec.progressDeadlineSeconds;
  if (typeof deadline === 'number' && deadline <= (spec.minReadySeconds ?? 0))
    causes.push(badValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  return causes;
}

/** What is wrong with a container besides its name and image. */
export function containerCauses(container: Json, field: string): Cause[] {
  const causes: Cause[] = [];
  for (const [what, asked] of Object.entries(container.resources?.requests ?? {})) {
    const limit = container.resources?.limits?.[what];
    if (limit === undefined || quantity(asked) <= quantity(limit)) continue;
    const why = `must be less than or equal to ${what} limit of ${limit}`;
    causes.push(badValue(`${field}.resources.requests`, asked, why));
  }
  const policies = ['Always', 'IfNotPresent', 'Never'];
  if (container.imagePullPolicy !== undefined && !policies.includes(container.imagePullPolicy))
    causes.push(unsupported(`${field}.imagePullPolicy`, JSON.stringify(container.imagePullPolicy), policies));
  return causes;
}

/** What only an init container that stays, a native sidecar, may have. */
export function initCauses(container: Json, field: string): Cause[] {
  if (container.restartPolicy === 'Always') return [];
  return ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']
    .filter((name) => container[name] !== undefined)
    .map((name) => ({
      reason: 'FieldValueForbidden',
      field: `${field}.${name}`,
      message: 'Forbidden: may not be set for init containers without restartPolicy=Always',
    }));
}
