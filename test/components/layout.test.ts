import { describe, expect, test } from 'vitest';
import { countdown, elapsed } from '../../src/screens/components/countdown.ts';
import {
  EMPTY_TEXT,
  editText,
  type TextEdit,
  type TextState,
  textState,
} from '../../src/screens/components/edit-text.ts';
import { layoutOutline, type OutlineEntry } from '../../src/screens/components/outline-list.ts';
import { layoutOutput } from '../../src/screens/components/output-pane.ts';
import { hideText, layoutField } from '../../src/screens/components/text-field.ts';
import { isConfirmed, layoutTypedConfirm } from '../../src/screens/components/typed-confirm.ts';
import { scroll, windowStart } from '../../src/screens/components/window.ts';
import { ASCII, UNICODE } from '../../src/terminal/glyphs.ts';
import {
  cutLine,
  dropLine,
  fitLine,
  line,
  lineText,
  lineWidth,
  span,
  spreadLine,
} from '../../src/terminal/line.ts';
import { displayWidth } from '../../src/terminal/text.ts';

const texts = (rows: readonly (readonly { readonly text: string }[])[]): string[] =>
  rows.map((row) =>
    row
      .map((part) => part.text)
      .join('')
      .trimEnd(),
  );

describe('lines', () => {
  const mixed = [span('ab', 'ok'), span('漢字'), span('cd', 'bad')];

  test('are cut to width with a mark, and never split a wide character', () => {
    expect(lineText(cutLine(mixed, 8, '…'))).toBe('ab漢字cd');
    expect(lineText(cutLine(mixed, 6, '…'))).toBe('ab漢…');
    expect(lineText(cutLine(mixed, 1, '…'))).toBe('…');
    expect(lineText(cutLine(mixed, 0, '…'))).toBe('');
    for (let width = 0; width < 10; width += 1) {
      expect(lineWidth(fitLine(mixed, width, '…'))).toBe(width);
      expect(lineWidth(spreadLine(mixed, line('right'), width, '…'))).toBe(width);
    }
  });

  test('scroll sideways column by column, keeping what follows in place', () => {
    expect(lineText(dropLine(mixed, 2))).toBe('漢字cd');
    expect(lineText(dropLine(mixed, 3))).toBe(' 字cd');
    expect(lineText(dropLine(mixed, 99))).toBe('');
  });

  test('hold no control characters and no line breaks', () => {
    expect(line('a\x1b[31mb\nc\td')).toEqual([{ text: 'ab c d', style: 'plain' }]);
  });
});

describe('the outline', () => {
  const entries: OutlineEntry[] = Array.from({ length: 30 }, (_, index) => ({
    id: `s${index + 1}`,
    number: index + 1,
    title: `Step number ${index + 1}`,
    status: index < 9 ? 'done' : index === 9 ? 'current' : 'pending',
  }));

  test('always shows the current step, and counts what is out of view', () => {
    for (let current = 1; current <= 30; current += 1) {
      for (const height of [1, 2, 3, 7, 29, 30, 40]) {
        const rows = layoutOutline(entries, `s${current}`, 24, height, UNICODE);
        expect(rows.length).toBeLessThanOrEqual(height);
        expect(texts(rows).some((row) => row.includes(` ${current} Step number`))).toBe(true);
        for (const row of rows) expect(lineWidth(row)).toBeLessThanOrEqual(24);
      }
    }
    const rows = texts(layoutOutline(entries, 's10', 24, 7, UNICODE));
    expect(rows[0]).toBe(' ↑ 7 more');
    expect(rows[3]).toBe(' ▸ 10 Step number 10');
    expect(rows[6]).toBe(' ↓ 18 more');
  });

  test('says in words what a mark alone would not', () => {
    const rows = texts(
      layoutOutline(
        [
          { id: 'a', number: 1, title: 'Survey the whole cluster', status: 'skipped' },
          { id: 'b', number: 2, title: 'Check', status: 'done-by-hand' },
          { id: 'c', number: 3, title: 'Prune', status: 'not-applicable', level: 1 },
        ],
        undefined,
        30,
        5,
        ASCII,
      ),
    );
    expect(rows).toEqual([' - 1 Survey the whole~ skipped', ' m 2 Check by hand', '   - 3 Prune not needed']);
  });
});

describe('output', () => {
  const output = { total: 98112, first: 119, lines: ['one', 'the error is HERE', 'x'.repeat(50)] };

  test('shows its window and where it is', () => {
    const rows = texts(layoutOutput({ output, width: 40, height: 5 }, UNICODE));
    expect(rows).toEqual(['one', 'the error is HERE', `${'x'.repeat(39)}›`, '', ' line 120-122 of 98,112']);
  });

  test('marks what was searched for, without regard to case, and the line where the search stands', () => {
    const rows = layoutOutput({ output, width: 40, height: 4, search: 'here', match: 120 }, UNICODE);
    expect(rows[1]?.at(-1)).toEqual({ text: 'HERE', style: 'currentMatch' });
    const elsewhere = layoutOutput({ output, width: 40, height: 4, search: 'ERR', match: 500 }, UNICODE);
    expect(elsewhere[1]).toContainEqual({ text: 'err', style: 'match' });
  });

  test('scrolls long lines sideways, with a mark at both ends', () => {
    const wide = { total: 1, first: 0, lines: ['0123456789abcdefghij'] };
    expect(texts(layoutOutput({ output: wide, width: 10, height: 2, left: 5 }, UNICODE))[0]).toBe(
      '…6789abcd›',
    );
    expect(texts(layoutOutput({ output: wide, width: 20, height: 2, left: 15 }, UNICODE))[0]).toBe('…ghij');
  });

  test('says when there is none, and when more is coming', () => {
    const none = { total: 0, first: 0, lines: [] };
    expect(texts(layoutOutput({ output: none, width: 40, height: 3, running: true }, UNICODE))[2]).toBe(
      ' no output yet',
    );
    expect(texts(layoutOutput({ output: none, width: 40, height: 3 }, UNICODE))[2]).toBe(' no output');
    const status = texts(
      layoutOutput({ output: { ...output, total: 200 }, width: 60, height: 4, running: true }, UNICODE),
    )[3];
    expect(status).toBe(' line 120-122 of 200, running, 78 below');
  });

  test('keeps to its width with tabs, wide characters and hostile text', () => {
    const hostile = { total: 3, first: 0, lines: ['a\tb\tc', '漢'.repeat(30), '\x1b[2J\x1b]0;x\x07'] };
    for (const left of [0, 1, 7]) {
      for (const row of layoutOutput({ output: hostile, width: 21, height: 4, left }, UNICODE)) {
        expect(lineWidth(row)).toBeLessThanOrEqual(21);
        expect(lineText(row)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }
    }
  });
});

describe('text being typed', () => {
  const type = (state: TextState, ...edits: TextEdit[]): TextState => edits.reduce(editText, state);

  test('letters, words and lines are inserted and deleted at the cursor', () => {
    const state = type(
      EMPTY_TEXT,
      { type: 'insert', text: 'stable 2.14' },
      { type: 'word-left' },
      { type: 'delete-before' },
      { type: 'insert', text: '-' },
    );
    expect(state).toEqual({ text: 'stable-2.14', cursor: 7 });
    expect(type(state, { type: 'end' }, { type: 'delete-word' }).text).toBe('');
    expect(type(state, { type: 'delete-to-start' })).toEqual({ text: '2.14', cursor: 0 });
    expect(type(state, { type: 'delete-to-end' }).text).toBe('stable-');
    expect(type(state, { type: 'start' }, { type: 'delete-after' }, { type: 'right' }).cursor).toBe(1);
  });

  test('what a reader sees as one character is one, and the ends are ends', () => {
    const state = textState('a👩‍💻é');
    expect(type(state, { type: 'delete-before' }).text).toBe('a👩‍💻');
    expect(type(state, { type: 'left' }, { type: 'delete-before' }).text).toBe('aé');
    expect(type(EMPTY_TEXT, { type: 'left' }, { type: 'delete-before' }, { type: 'right' })).toEqual(
      EMPTY_TEXT,
    );
  });

  test('pasted lines become one line, without control characters', () => {
    expect(type(EMPTY_TEXT, { type: 'insert', text: 'a\r\nb\tc\x07\n' }).text).toBe('a b c');
  });

  test('the field always shows its cursor and never leaves its width', () => {
    const text = 'ab漢字cd'.repeat(8);
    for (let cursor = 0; cursor <= text.length; cursor += 1) {
      for (const width of [1, 2, 5, 20]) {
        const row = layoutField({ text, cursor }, width);
        expect(row.some((part) => part.style === 'cursor')).toBe(true);
        if (width > 2) expect(lineWidth(row)).toBeLessThanOrEqual(width);
      }
    }
  });

  test('a secret is as many bullets', () => {
    expect(hideText({ text: 'pässwörd', cursor: 2 }, '•')).toEqual({ text: '•'.repeat(8), cursor: 2 });
  });
});

describe('confirming by a name', () => {
  test('only the whole name counts', () => {
    expect(isConfirmed('prod-eu-1', 'prod-eu-1')).toBe(true);
    expect(isConfirmed(' prod-eu-1 ', 'prod-eu-1')).toBe(true);
    for (const typed of ['', 'prod', 'PROD-EU-1', 'prod-eu-12'])
      expect(isConfirmed(typed, 'prod-eu-1')).toBe(false);
  });

  test('says what to type, and as soon as it is wrong', () => {
    const props = { message: 'The trust anchor is replaced.', mustType: 'prod', width: 60 };
    expect(texts(layoutTypedConfirm({ ...props, state: textState('pro') }, '!')).join('\n')).not.toContain(
      'not it',
    );
    const wrong = texts(layoutTypedConfirm({ ...props, state: textState('prox') }, '!'));
    expect(wrong).toContain('Type prod and press Enter; Esc goes back.');
    expect(wrong.at(-1)).toBe('That is not it.');
  });
});

describe('windows and clocks', () => {
  test('a window stays inside its list and around its entry', () => {
    expect(windowStart(30, 5, 0)).toBe(0);
    expect(windowStart(30, 5, 15)).toBe(13);
    expect(windowStart(30, 5, 29)).toBe(25);
    expect(windowStart(3, 5, 2)).toBe(0);
    expect(scroll(10, 'page-down', 100, 20)).toBe(29);
    expect(scroll(95, 'down', 100, 20)).toBe(80);
    expect(scroll(0, 'bottom', 100, 20)).toBe(80);
    expect(scroll(3, 'page-up', 100, 20)).toBe(0);
  });

  test('time left and time passed', () => {
    expect(countdown(72 * 60_000, 0)).toEqual({ text: '1:12:00 left', style: 'plain' });
    expect(countdown(60_000, 0).style).toBe('warning');
    expect(countdown(0, 7_000)).toEqual({ text: 'over by 0:07', style: 'bad' });
    expect(elapsed(0, 151_000, 600_000).text).toBe('2:31 of 10:00');
  });

  test('marks of either set are as wide as the layout takes them', () => {
    expect(displayWidth(UNICODE.current)).toBe(1);
  });
});
