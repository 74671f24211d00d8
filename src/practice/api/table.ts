import type { KubeObject } from '../kube-client.ts';
import type { Printed } from './column.ts';
import { columnAt } from './column-path.ts';
import { AGE, COLUMNS } from './columns.ts';
import { duration } from './columns-format.ts';
import { textOf } from './json.ts';
import type { ResourceInfo } from './resources.ts';

/** A column as a Table describes it; those with a priority above 0 are shown with `-o wide` only. */
interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

const NAME: Printed = { name: 'Name', cell: ({ metadata }) => metadata.name };
const CREATED: Printed = { name: 'Created At', cell: ({ metadata }) => metadata.creationTimestamp };

function customColumns(info: ResourceInfo): Printed[] {
  const columns = info.crd?.columns ?? [];
  if (columns.length === 0) return [NAME, AGE];
  return [
    NAME,
    ...columns.map(
      (column): Printed => ({
        name: column.name,
        wide: (column.priority ?? 0) > 0,
        cell: (object, now) => {
          const value = columnAt(object, column.jsonPath);
          return column.type === 'date' ? duration(value, now) : value;
        },
      }),
    ),
  ];
}

function printed(info: ResourceInfo): readonly Printed[] {
  if (info.custom) return customColumns(info);
  const own = COLUMNS[info.kind];
  if (!own) return [NAME, CREATED];
  if (info.kind === 'Event') return own;
  const age = own.includes(AGE) ? [] : [AGE];
  return [NAME, ...own.filter(({ wide }) => !wide), ...age, ...own.filter(({ wide }) => wide)];
}

/** The columns of a resource, as kubectl prints them. */
export function columnsOf(info: ResourceInfo): TableColumn[] {
  return printed(info).map(({ name, type = 'string', wide }) => ({
    name,
    type,
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: wide ? 1 : 0,
  }));
}

/** One row, as JSON text. `include` is `None`, `Metadata` (unless told) or `Object`. */
export function rowOf(info: ResourceInfo, object: KubeObject, now: number, include: string): string {
  const cells = JSON.stringify(printed(info).map(({ cell }) => cell(object, now) ?? ''));
  if (include === 'None') return `{"cells":${cells},"object":null}`;
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
  const shown = include === 'Object' ? textOf(object) : JSON.stringify(partial);
  return `{"cells":${cells},"object":${shown}}`;
}

/** A `meta.k8s.io/v1` Table as JSON text; rows are JSON text already. */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly string[],
  metadata: object,
): string {
  const head = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: columns };
  return `${JSON.stringify(head).slice(0, -1)},"rows":[${rows.join(',')}]}`;
}
