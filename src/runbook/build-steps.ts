import { attach } from './attach.ts';
import type { LinkRef } from './blocks.ts';
import type { ChooseOption, ChooseSpec } from './choose.ts';
import type { Entry } from './entry.ts';
import { resolveHref } from './links.ts';
import type { Action, Branch, Condition, ShellAction, Step, StepContent } from './model.ts';
import type { Report } from './report.ts';
import { around, type Section, titleSection } from './sections.ts';
import type { SourceText } from './source-text.ts';
import { distinct, headingContent, idOf, joined, linkList, mostLinks } from './step-parts.ts';

interface Built {
  readonly steps: readonly Step[];
  readonly summary: readonly StepContent[];
  /** Every heading's anchor, with the steps at and beneath it. */
  readonly anchors: ReadonlyMap<string, readonly string[]>;
}

interface Building {
  readonly source: SourceText;
  readonly ours: boolean;
  /** It is entered in the middle of another walk, where no briefing shows what stands before its first step. */
  readonly pitfall: boolean;
  readonly title: string;
  readonly entryOf: (block: Section['blocks'][number]) => Entry | undefined;
  readonly report: Report;
}

/** Makes steps of sections. */
export function buildSteps(sections: readonly Section[], building: Building): Built {
  const { source, ours, pitfall, report } = building;
  const entries = new Map(
    sections.map((section) => [
      section,
      section.blocks.map(building.entryOf).filter((entry) => entry !== undefined),
    ]),
  );
  // A `yaml choose` block under such a heading is the choice; what is listed beside it is text.
  const choosesByLinks = (section: Section) =>
    section.part === 'choose' &&
    !entries.get(section)!.some((entry) => entry.type === 'kind' && entry.schema.name === 'choose');
  const isStep = (section: Section) =>
    (section.part === 'choose' &&
      section.blocks.some((block) => block.type === 'prose' && block.items.length > 0)) ||
    ((section.part !== 'fails' || !ours) &&
      entries.get(section)!.some((entry) => entry.type === 'kind' || entry.type === 'shell'));
  const stepSections = sections.filter(isStep);
  const ids = new Map(
    stepSections.map((section) => [section, section.anchor || idOf(building.title, sections)]),
  );

  const beneath = new Map<Section, string[]>(sections.map((section) => [section, []]));
  for (const section of stepSections)
    for (const one of [section, ...around(section)]) beneath.get(one)!.push(ids.get(section)!);
  const anchors = new Map(
    sections.filter((section) => section.heading).map((section) => [section.anchor, beneath.get(section)!]),
  );

  const branch = (link: LinkRef): Branch => {
    const target = resolveHref(source.file, link.href);
    const [file, anchor] = target.type === 'file' ? [target.file, target.anchor] : [];
    const step = file === undefined ? anchor && (anchors.get(anchor)?.[0] ?? anchor) : anchor;
    return {
      title: link.title,
      href: link.href,
      ...(file === undefined ? {} : { file }),
      ...(step === undefined ? {} : { step }),
      place: source.place(link.start, link.end),
    };
  };

  const branchesOf = new Map<Section, Branch[]>();
  const conditionsOf = new Map<Section, Condition[]>();
  for (const section of sections) {
    const whens = entries.get(section)!.filter((entry) => entry.type === 'when');
    conditionsOf.set(
      section,
      whens.flatMap((entry) => entry.conditions),
    );
    if (section.part === 'fails') {
      const links = linkList(section, ours ? report : undefined);
      const owner = section.parent!;
      branchesOf.set(owner, [...(branchesOf.get(owner) ?? []), ...links.map(branch)].slice(0, mostLinks));
      for (const entry of ours ? entries.get(section)! : [])
        if (entry.type !== 'code')
          misplaced(entry, 'nothing under "If it fails" is run: put it in the file that a link leads to');
    } else if (beneath.get(section)!.length === 0)
      for (const entry of whens) misplaced(entry, 'there is no step here for the conditions to belong to');
  }
  function misplaced(entry: Entry, message: string): void {
    const { start, fence } = entry.at;
    report('misplaced-block', start, fence ? fence.infoStart + fence.info.length : start + 3, message);
  }

  const titled = titleSection(sections);
  const summary: StepContent[] = [];
  const steps: Step[] = [];
  let waiting: StepContent[] = [];
  for (const section of sections) {
    const id = ids.get(section);
    const own = id === undefined ? undefined : actionsOf(section, id);
    const shown = section.part === 'fails' && ours ? [] : contentOf(section, own?.actionOf ?? new Map());
    if (id === undefined || !own) {
      const named = section.heading && section !== titled && section.part !== 'fails' && shown.length > 0;
      const into = steps.length === 0 && !(pitfall && named) ? summary : waiting;
      if (named) into.push(headingContent(section));
      for (const part of shown) into.push(part);
      continue;
    }
    const chain = [section, ...around(section)];
    const estimate = entries
      .get(section)!
      .reduce(
        (sum, entry) => sum + ((entry.type === 'shell' || entry.type === 'kind' ? entry.estimateMs : 0) ?? 0),
        0,
      );
    const heading = section.heading;
    // What a pitfall says first has headings of its own: the text of its first step is not to stand under the last of them.
    const apart = steps.length === 0 && waiting.length > 0 && shown[0]?.type !== 'action';
    const before = apart ? [...waiting, headingContent(section)] : waiting;
    steps.push({
      id,
      number: steps.length + 1,
      title: heading ? section.title : building.title,
      section: around(section)
        .filter((one) => one.heading && one !== titled)
        .map((one) => one.title)
        .reverse(),
      depth: Math.max(1, section.depth),
      place: heading ? source.place(heading.start, heading.end) : own.actions[0]!.place,
      content: joined([...before, ...shown]),
      actions: own.actions,
      branches: distinct(chain.flatMap((one) => branchesOf.get(one) ?? [])),
      when: chain.toReversed().flatMap((one) => conditionsOf.get(one)!),
      ...(estimate > 0 ? { estimateMs: estimate } : {}),
    });
    waiting = [];
  }
  const last = steps.at(-1);
  if (last && waiting.length > 0)
    steps[steps.length - 1] = { ...last, content: joined([...last.content, ...waiting]) };
  return { steps, summary: joined(summary), anchors };

  function actionsOf(section: Section, id: string): { actions: Action[]; actionOf: Map<Entry, string> } {
    const own = entries.get(section)!;
    const { of, owned } = attach(own, report);
    const actions: Action[] = [];
    const actionOf = new Map<Entry, string>();
    for (const entry of own) {
      if (owned.has(entry)) continue;
      const base = { id: `${id}/${actions.length + 1}`, place: source.place(entry.at.start, entry.at.end) };
      if (entry.type === 'shell') {
        const { role } = entry.block;
        const risk =
          role === 'look' || role === 'verify' ? 'look' : role === 'irreversible' ? role : 'change';
        actions.push({
          ...base,
          kind: 'shell',
          risk,
          block: entry.block,
          ...of.get(entry),
        } satisfies ShellAction);
      } else if (entry.type === 'kind') {
        const { schema, spec } = entry;
        actions.push({ ...base, kind: schema.name, risk: schema.risk(spec), spec });
      } else continue;
      actionOf.set(entry, base.id);
    }
    if (choosesByLinks(section)) {
      const options = linkList(section, report).map((link): ChooseOption => {
        const { title, href, file, step } = branch(link);
        const target = resolveHref(source.file, href);
        const steps =
          file === undefined && target.type === 'file' ? (anchors.get(target.anchor ?? '') ?? []) : [];
        return {
          label: title,
          href,
          ...(file === undefined ? {} : { file }),
          ...(step === undefined ? {} : { step }),
          ...(steps.length > 0 ? { steps } : {}),
        };
      });
      const spec: ChooseSpec = { message: section.title, options };
      const { start, end } = section.heading!;
      actions.push({
        id: `${id}/${actions.length + 1}`,
        kind: 'choose',
        risk: 'look',
        spec,
        place: source.place(start, end),
      });
    }
    return { actions, actionOf };
  }

  function contentOf(section: Section, actionOf: ReadonlyMap<Entry, string>): StepContent[] {
    const content: StepContent[] = [];
    const byBlock = new Map(entries.get(section)!.map((entry) => [entry.at as unknown, entry]));
    for (const block of section.blocks) {
      if (block.type === 'prose') {
        if (choosesByLinks(section) && block.items.length > 0) continue;
        const text = source.text.slice(block.start, block.end);
        content.push({ type: 'prose', nodes: block.nodes, source: text });
        continue;
      }
      const entry = byBlock.get(block);
      const action = entry && actionOf.get(entry);
      if (action !== undefined) content.push({ type: 'action', action });
      else if (entry?.type === 'code')
        content.push({ type: 'code', language: entry.language, source: block.value });
    }
    return content;
  }
}
