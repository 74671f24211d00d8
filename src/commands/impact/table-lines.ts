/** What changes, for people: release after release on the way. */
import { counted } from '../../data-plane/words.ts';
import { grouped } from '../../diagnosis/notices/groups.ts';
import type { NoticeResult } from '../../diagnosis/notices/model.ts';
import {
  moreText,
  objectText,
  outcomeText,
  proofText,
  summaryText,
  unseenText,
} from '../../diagnosis/notices/words.ts';
import type { Glyphs } from '../../terminal/glyphs.ts';
import { EMPTY_LINE, type Line, type StyleName, span } from '../../terminal/line.ts';
import { headLines } from '../diagnose/head.ts';
import { indented, type Sheet, wrapped } from '../diagnose/sheet.ts';
import { byLine } from './by-line.ts';
import type { ImpactReport } from './report.ts';

/** What touches the cluster in each line of Linkerd, what is to be acknowledged, and how much touches nothing here. */
export function tableLines(report: ImpactReport, sheet: Sheet): readonly Line[] {
  return [
    ...headLines(report, sheet, [['The way', `from ${report.from} to ${report.to}`]]),
    ...byLine(report.results).flatMap(({ line, results }) => [
      EMPTY_LINE,
      [span(line, 'heading')] as Line,
      ...lineLines(results, sheet),
    ]),
    EMPTY_LINE,
    ...indented(summaryText(report.results), sheet, 0),
  ];
}

function lineLines(results: readonly NoticeResult[], sheet: Sheet): readonly Line[] {
  const { touched, unseen, acknowledge, elsewhere } = grouped(results);
  return [
    ...touched.flatMap((one) => noticeLines(one, 'warning', 'warning', sheet)),
    ...unseen.flatMap((one) => noticeLines(one, 'unknown', 'warning', sheet)),
    ...(acknowledge.length === 0
      ? []
      : indented('To be acknowledged, for no cluster can tell:', sheet, 2, 'quiet')),
    ...acknowledge.flatMap((one) => [
      ...titleLines(one, 'info', 'info', sheet),
      ...indented(one.text, sheet, 4),
    ]),
    ...(elsewhere.length === 0
      ? []
      : indented(
          `${counted(elsewhere.length, 'change')} ${elsewhere.length === 1 ? 'touches' : 'touch'} nothing here`,
          sheet,
          2,
          'quiet',
        )),
  ];
}

function titleLines(
  { title, id }: NoticeResult,
  glyph: keyof Glyphs,
  style: StyleName,
  sheet: Sheet,
): readonly Line[] {
  return wrapped(`${title} (${id})`, sheet, 4).map(
    (part, index): Line =>
      index === 0
        ? [span(`  ${sheet.glyphs[glyph]} `, style), span(part, 'strong')]
        : [span(`    ${part}`, 'strong')],
  );
}

function noticeLines(
  one: NoticeResult,
  glyph: keyof Glyphs,
  style: StyleName,
  sheet: Sheet,
): readonly Line[] {
  const { outcome } = one;
  const more = moreText(one);
  return [
    ...titleLines(one, glyph, style, sheet),
    ...indented(one.text, sheet, 4),
    ...indented(outcomeText(one), sheet, 4, 'quiet'),
    ...(outcome.type === 'touched'
      ? outcome.objects.flatMap((each) => [
          ...indented(objectText(each), sheet, 6),
          ...indented(proofText(each), sheet, 8, 'code'),
        ])
      : []),
    ...(more === undefined ? [] : indented(more, sheet, 6, 'quiet')),
    ...('unseen' in outcome
      ? outcome.unseen.flatMap((each) => indented(unseenText(each), sheet, 6, 'warning'))
      : []),
  ];
}
