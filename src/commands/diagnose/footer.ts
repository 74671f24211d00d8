/** What is said below the findings: how much was looked at, and what is not shown. */
import { counted } from '../../data-plane/words.ts';
import { targetText } from '../../diagnosis/known.ts';
import type { Arranged, Report } from './arrange.ts';

/** `Looked for 80 kinds of findings in 0.4 s, and found nothing.` */
export function lookedForText({ diagnosis, snapshot, threshold }: Report, arranged: Arranged): string {
  const found = arranged.pitfalls.length + arranged.others.length + arranged.undetermined.length;
  const { lesser } = arranged;
  const nothing = found > 0 ? '' : lesser > 0 ? `, and found nothing of weight` : ', and found nothing';
  const less =
    lesser === 0
      ? ''
      : ` ${counted(lesser, 'finding')} below ${threshold} ${lesser === 1 ? 'is' : 'are'} left out (--severity info shows all).`;
  const seconds = (snapshot.tookMs / 1000).toFixed(1);
  return `Looked for ${counted(diagnosis.checked.length, 'kind')} of findings in ${seconds} s${nothing}.${less}`;
}

/** That some are suppressed, which (where they are asked for), and which are not any more. */
export function suppressedTexts({
  known: { suppressed, expired },
  showSuppressed,
}: Report): readonly string[] {
  return [
    ...(suppressed.length === 0
      ? []
      : [
          `${counted(suppressed.length, 'finding')} ${suppressed.length === 1 ? 'is' : 'are'} suppressed as known${showSuppressed ? ':' : ' (--show-suppressed names them).'}`,
        ]),
    ...(showSuppressed
      ? suppressed.map(({ finding, by }) => {
          const [first] = by;
          const why = first === undefined ? '' : `, until ${day(first.until)}: ${first.reason} (${first.by})`;
          return `  ${finding.code}: ${finding.title}${why}`;
        })
      : []),
    ...expired.map(
      (one) =>
        `${targetText(one)} was suppressed until ${day(one.until)} (${one.reason}), and is shown again.`,
    ),
  ];
}

const day = (at: string) => at.slice(0, 10);
