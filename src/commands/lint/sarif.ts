import { rulePage } from '../../runbook/diagnostics.ts';
import { type RuleId, rules } from '../../runbook/rules/catalog.ts';
import type { Finding } from './finding.ts';

/** A SARIF 2.1.0 log of one run. `unreadable` are files that were named and could not be read. */
export function sarif(
  findings: readonly Finding[],
  unreadable: readonly { readonly name: string; readonly reason: string }[],
): object {
  const ids = Object.keys(rules) as RuleId[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'handrail',
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: rules[id][1] },
              help: { text: rulePage(id) },
              defaultConfiguration: { level: rules[id][0] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: unreadable.length === 0,
            toolExecutionNotifications: unreadable.map(({ name, reason }) => ({
              level: 'error',
              message: { text: `${name} cannot be read: ${reason}` },
            })),
          },
        ],
        results: findings.map(({ file, diagnostic }) => result(file, diagnostic, ids)),
      },
    ],
  };
}

function result(file: string, diagnostic: Finding['diagnostic'], ids: readonly string[]): object {
  const { rule, severity, message, expected, suggestion, place } = diagnostic;
  const more = [
    ...(expected === undefined ? [] : [`Expected: ${expected}.`]),
    ...(suggestion === undefined ? [] : [`Did you mean: ${suggestion}`]),
  ];
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: severity,
    message: { text: [`${message}.`, ...more].join(' ') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: {
            startLine: place.line,
            startColumn: place.column,
            endLine: place.endLine,
            endColumn: place.endColumn,
            charOffset: place.offset,
            charLength: place.endOffset - place.offset,
          },
        },
      },
    ],
  };
}
