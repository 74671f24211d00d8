/** The survey as CSV (RFC 4180), for a spreadsheet. */
import type { Entry } from './view.ts';

const HEAD = [
  'namespace',
  'kind',
  'name',
  'role',
  'extension',
  'control_plane_namespace',
  'proxy_version',
  'skew',
  'pods',
  'pods_with_other_trust_root',
  'pinned_to',
];

export function csv(entries: readonly Entry[]): string {
  const rows = entries.map((entry) => [
    entry.namespace,
    entry.kind,
    entry.name,
    entry.role,
    entry.extension,
    entry.meshOf,
    entry.version,
    entry.standing,
    String(entry.pods),
    String(entry.otherTrustRoot),
    entry.override,
  ]);
  return [HEAD, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection): an apostrophe makes it text. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
