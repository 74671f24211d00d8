import { rulePage } from '../../runbook/diagnostics.ts';
import { type RuleId, rules } from '../../runbook/rules/catalog.ts';
import { sarifLog } from '../sarif.ts';
import type { Finding } from './finding.ts';

/** The findings as a SARIF log. `unreadable` are files that were named and could not be read. */
export function sarif(
  findings: readonly Finding[],
  unreadable: readonly { readonly name: string; readonly reason: string }[],
): object {
  const ids = Object.keys(rules) as RuleId[];
  return sarifLog({
    rules: ids.map((id) => ({ id, title: rules[id][1], help: rulePage(id), level: rules[id][0] })),
    results: findings.map(result),
    notifications: unreadable.map(({ name, reason }) => ({
      level: 'error',
      text: `${name} cannot be read: ${reason}`,
    })),
    successful: unreadable.length === 0,
    columnKind: 'utf16CodeUnits',
  });
}

function result({ file, diagnostic }: Finding) {
  const { rule, severity, message, expected, suggestion, place } = diagnostic;
  const more = [
    ...(expected === undefined ? [] : [`Expected: ${expected}.`]),
    ...(suggestion === undefined ? [] : [`Did you mean: ${suggestion}`]),
  ];
  return {
    ruleId: rule,
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
