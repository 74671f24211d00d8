/** A SARIF 2.1.0 log of one run, for all commands that have one. */

interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly level: 'error' | 'warning' | 'note';
}

interface SarifRun {
  readonly rules: readonly SarifRule[];
  /** As SARIF has them, but for `ruleIndex`, which follows from `ruleId`. */
  readonly results: readonly (object & { readonly ruleId: string })[];
  /** What stood in the way of looking. */
  readonly notifications: readonly { readonly level: 'error' | 'warning'; readonly text: string }[];
  readonly successful: boolean;
  readonly columnKind?: 'utf16CodeUnits';
}

export function sarifLog({ rules, results, notifications, successful, columnKind }: SarifRun): object {
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'handrail',
            rules: rules.map(({ id, title, help, level }) => ({
              id,
              shortDescription: { text: title },
              help: { text: help },
              defaultConfiguration: { level },
            })),
          },
        },
        ...(columnKind === undefined ? {} : { columnKind }),
        invocations: [
          {
            executionSuccessful: successful,
            toolExecutionNotifications: notifications.map(({ level, text }) => ({
              level,
              message: { text },
            })),
          },
        ],
        results: results.map((result) => ({ ...result, ruleIndex: index.get(result.ruleId) ?? -1 })),
      },
    ],
  };
}
