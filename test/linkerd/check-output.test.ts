import { describe, expect, it } from 'vitest';
import { parseCheckOutput } from '../../src/linkerd/check-output.ts';

const document = (category: string, checks: object[], success = true): string =>
  JSON.stringify({ success, categories: [{ categoryName: category, checks }] }, undefined, 2);

describe('the output of linkerd check -o json', () => {
  it('is a stream of documents, the core and then each extension', () => {
    const report = parseCheckOutput(
      `${document('kubernetes-api', [{ description: 'can query', result: 'success' }])}\n${document(
        'linkerd-viz',
        [
          {
            description: 'viz runs',
            result: 'warning',
            error: 'pod "web" status is Pending',
            hint: 'https://x/#y',
          },
        ],
      )}\n`,
    );
    expect(report).toEqual({
      success: true,
      rest: '',
      checks: [
        { category: 'kubernetes-api', description: 'can query', result: 'success' },
        {
          category: 'linkerd-viz',
          description: 'viz runs',
          result: 'warning',
          error: 'pod "web" status is Pending',
          hint: 'https://x/#y',
        },
      ],
    });
  });

  it('fails when any document fails, the last one too', () => {
    const bad = document(
      'linkerd-viz',
      [{ description: 'x', result: 'error', error: 'no {"} pods \\' }],
      false,
    );
    const report = parseCheckOutput(document('a', [{ description: 'ok', result: 'success' }]) + bad);
    expect(report.success).toBe(false);
    expect(report.checks[1]?.error).toBe('no {"} pods \\');
  });

  it('takes a result it does not know for a failure', () => {
    expect(parseCheckOutput(document('a', [{ description: 'x', result: 'skipped' }])).success).toBe(false);
  });

  it('reads a run that stopped before its first category', () => {
    expect(parseCheckOutput('{"success": false, "categories": null}')).toEqual({
      success: false,
      checks: [],
      rest: '',
    });
  });

  it.each(['', 'Error: unknown flag: --output', '{"success": tru', '{nonsense}'])(
    'never takes %j for a success',
    (text) => {
      const report = parseCheckOutput(text);
      expect(report.success).toBe(false);
      expect(report.rest).toBe(text);
    },
  );

  it('keeps what stands between the documents', () => {
    const report = parseCheckOutput(`W1121 deprecated\n${document('a', [])}`);
    expect(report).toMatchObject({ success: true, rest: 'W1121 deprecated' });
  });
});
