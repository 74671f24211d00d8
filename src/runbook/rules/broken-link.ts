import type { ActionSchema } from '../action-schema.ts';
import { includesOf } from '../expand-includes.ts';
import { leadsInto } from '../leads-into.ts';
import { isMarkdown, resolveHref } from '../links.ts';
import type { Document } from '../parse.ts';
import { readDocument } from '../parse.ts';
import type { Report } from '../report.ts';
import { nearest } from '../suggest.ts';

/** Links of a file that lead nowhere. `read` is asked for files that are linked to from prose only. */
export async function brokenLinks(
  document: Document,
  documents: ReadonlyMap<string, Document>,
  missing: Set<string>,
  read: (key: string) => Promise<string | undefined>,
  report: Report,
  schemas: readonly ActionSchema[],
): Promise<void> {
  const { source, runbook } = document;
  const ours = runbook.format === 'handrail';
  const named = [
    ...includesOf(runbook).map((include) => ({ ...include, key: 'file' })),
    ...leadsInto(runbook, schemas),
  ];
  for (const { file, key, action } of named)
    if (missing.has(file)) {
      const { offset, endOffset } = action.place;
      const at = source.text.indexOf(`${key}:`, offset);
      const start = at > 0 && at < endOffset ? at : offset;
      const length = /^[^\r\n]*/.exec(source.text.slice(start, endOffset))![0].length;
      report('broken-link', start, start + length, `there is no file ${file}`);
    }
  for (const link of document.links) {
    const target = resolveHref(source.file, link.href);
    if (target.type === 'elsewhere') continue;
    const { file, anchor } = target;
    const complain = (message: string, known: Iterable<string> = []) => {
      const suggestion = anchor === undefined ? undefined : nearest(anchor, known);
      report('broken-link', link.start, link.end, message, {
        suggestion: suggestion && `${link.href.replace(/#.*$/, '')}#${suggestion}`,
      });
    };
    if (file === undefined) {
      if (anchor !== undefined && !document.anchors.has(anchor))
        complain(`there is no heading "#${anchor}" in this file`, document.anchors.keys());
      continue;
    }
    if (file.endsWith('/') || (!ours && !isMarkdown(file))) continue;
    const other = documents.get(file);
    if (!other && !missing.has(file)) {
      const text = await read(file);
      if (text === undefined) missing.add(file);
      else if (anchor !== undefined && isMarkdown(file)) {
        const { anchors } = readDocument(file, text, []);
        if (!anchors.has(anchor)) complain(`there is no heading "#${anchor}" in ${file}`, anchors.keys());
      }
    }
    if (missing.has(file)) complain(`there is no file ${file}`);
    else if (other && anchor !== undefined && !other.anchors.has(anchor))
      complain(`there is no heading "#${anchor}" in ${file}`, other.anchors.keys());
  }
}
