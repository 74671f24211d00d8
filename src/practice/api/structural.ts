import type { KubeObject } from '../kube-client.ts';
import { badRequest, badValue, type Cause, invalid, required } from './errors.ts';
import { clone, isMap, type Json } from './json.ts';
import type { ResourceInfo } from './resources.ts';

// Custom resources are held to the structural schema of their definition: unknown fields are dropped, defaults filled
// in, and types, required fields, enumerations, patterns and bounds checked. CEL rules are not evaluated.

const preserves = (schema: Json) => schema?.['x-kubernetes-preserve-unknown-fields'] === true;
const ENVELOPE = new Set(['apiVersion', 'kind', 'metadata']);

function prune(schema: Json, value: Json, path: string, unknown: string[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) prune(schema?.items, item, `${path}[${index}]`, unknown);
    return;
  }
  if (!isMap(value) || !schema || schema['x-kubernetes-embedded-resource']) return;
  const { properties = {}, additionalProperties } = schema;
  for (const key of Object.keys(value)) {
    if (path === '' && ENVELOPE.has(key)) continue;
    const field = path ? `${path}.${key}` : key;
    const inner = properties[key] ?? (isMap(additionalProperties) ? additionalProperties : undefined);
    if (inner) prune(inner, value[key], field, unknown);
    else if (!preserves(schema) && additionalProperties !== true) {
      unknown.push(field);
      delete value[key];
    }
  }
  for (const [key, inner] of Object.entries<Json>(properties)) {
    if (value[key] === undefined && inner.default !== undefined) value[key] = clone(inner.default);
  }
}

/** Drops what the schema does not know and fills in its defaults, in place. Gives the paths that were dropped. */
export function pruneCustom(info: ResourceInfo, object: KubeObject): string[] {
  const unknown: string[] = [];
  if (info.crd?.schema && !preserves(info.crd.schema)) prune(info.crd.schema, object, '', unknown);
  return unknown;
}

/** The 400 of strict field validation, when a custom object has fields that its schema does not know. */
export function checkUnknownFields(info: ResourceInfo, body: KubeObject): void {
  const unknown = info.custom ? pruneCustom(info, clone(body)) : [];
  if (unknown.length === 0) return;
  const fields = unknown.map((field) => `unknown field "${field}"`).join(', ');
  throw badRequest(
    `${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: strict decoding error: ${fields}`,
  );
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return value === null ? 'null' : typeof value;
}

function fits(schema: Json, value: Json): boolean {
  if (schema['x-kubernetes-int-or-string']) return Number.isInteger(value) || typeof value === 'string';
  if (!schema.type) return true;
  if (value === null) return schema.nullable === true;
  return typeOf(value) === schema.type || (schema.type === 'number' && typeof value === 'number');
}

function scalarCauses(schema: Json, value: Json, path: string): Cause[] {
  const causes: Cause[] = [];
  if (schema.enum && !schema.enum.includes(value)) {
    const supported = schema.enum.map((each: Json) => JSON.stringify(each)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
    causes.push({ reason: 'FieldValueNotSupported', field: path, message });
  }
  if (typeof value === 'string') {
    if (schema.pattern && !new RegExp(schema.pattern).test(value)) {
      causes.push(badValue(path, value, `${path} in body should match '${schema.pattern}'`));
    }
    if (schema.minLength !== undefined && value.length < schema.minLength) {
      causes.push(badValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
    }
  }
  if (typeof value === 'number' && schema.minimum !== undefined && value < schema.minimum) {
    causes.push(
      badValue(path, value, `${path} in body should be greater than or equal to ${schema.minimum}`),
    );
  }
  if (typeof value === 'number' && schema.maximum !== undefined && value > schema.maximum) {
    causes.push(badValue(path, value, `${path} in body should be less than or equal to ${schema.maximum}`));
  }
  return causes;
}

function check(schema: Json, value: Json, path: string): Cause[] {
  if (!schema || value === undefined) return [];
  if (!fits(schema, value)) {
    const found = typeOf(value);
    return [
      badValue(
        path,
        found,
        `${path} in body must be of type ${schema.type ?? 'integer,string'}: ${JSON.stringify(found)}`,
      ),
    ];
  }
  if (Array.isArray(value))
    return value.flatMap((item, index) => check(schema.items, item, `${path}[${index}]`));
  if (!isMap(value)) return scalarCauses(schema, value, path);
  const missing: string[] = (schema.required ?? []).filter((key: string) => value[key] === undefined);
  const extra = isMap(schema.additionalProperties) ? schema.additionalProperties : undefined;
  return [
    ...missing.map((key) => required(path ? `${path}.${key}` : key)),
    ...Object.entries(value).flatMap(([key, inner]) =>
      path === '' && ENVELOPE.has(key)
        ? []
        : check(schema.properties?.[key] ?? extra, inner, path ? `${path}.${key}` : key),
    ),
  ];
}

/** Throws 422 where a custom object breaks its schema. */
export function validateCustom(info: ResourceInfo, object: KubeObject): void {
  const causes = check(info.crd?.schema, object, '');
  if (causes.length > 0) throw invalid(info, object.metadata.name, causes);
}
