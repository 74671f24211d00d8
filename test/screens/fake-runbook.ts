/** A runbook as the parser would give it, small enough to be read here. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import type {
  Action,
  Branch,
  ParameterSpec,
  Place,
  Runbook,
  RunbookBundle,
  ShellBlock,
  Step,
  StepContent,
} from '../../src/runbook/model.ts';

export const place: Place = {
  file: 'upgrade.md',
  line: 12,
  column: 4,
  offset: 0,
  endLine: 12,
  endColumn: 10,
  endOffset: 6,
};

export const prose = (source: string): StepContent => ({
  type: 'prose',
  nodes: fromMarkdown(source).children,
  source,
});

export const block = (script: string, more: Partial<ShellBlock> = {}): ShellBlock => ({
  language: 'bash',
  role: 'change',
  script,
  timeoutMs: 600_000,
  interactive: false,
  codes: [0],
  place,
  ...more,
});

const branches: readonly Branch[] = [
  {
    title: 'The CRDs do not match the control plane',
    href: 'crd-mismatch.md',
    file: 'crd-mismatch.md',
    place,
  },
  { title: 'The upgrade was interrupted', href: 'interrupted.md', file: 'interrupted.md', place },
];

interface StepOptions {
  readonly actions?: readonly Action[];
  readonly text?: string;
  readonly estimateMs?: number;
}

export function step(number: number, title: string, options: StepOptions = {}): Step {
  const id = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const actions = options.actions ?? [
    { id: `${id}/1`, kind: 'shell', risk: 'change', block: block('kubectl apply -f part.yaml'), place },
  ];
  return {
    id,
    number,
    title,
    section: [],
    depth: 2,
    place,
    content: [
      prose(options.text ?? `What "${title}" is about, in one sentence.`),
      { type: 'action', action: actions[0]?.id ?? '' },
    ],
    actions,
    branches,
    when: [],
    ...(options.estimateMs === undefined ? {} : { estimateMs: options.estimateMs }),
  };
}

export const controlPlane: Action = {
  id: 'upgrade-the-control-plane/1',
  kind: 'shell',
  risk: 'change',
  block: block('linkerd upgrade --set proxy.image.version=$TO \\\n  | kubectl apply -f -', {
    namespace: 'linkerd',
  }),
  preview: block('linkerd upgrade | kubectl diff -f -', { role: 'preview' }),
  verify: block('linkerd check', { role: 'verify' }),
  place,
};

export const erase: Action = {
  id: 'clean-up/1',
  kind: 'shell',
  risk: 'irreversible',
  block: block('kubectl delete crd serviceprofiles.linkerd.io', { role: 'irreversible' }),
  place,
};

export const parameters: readonly ParameterSpec[] = [
  { name: 'TO', type: 'linkerd-version', ask: 'Which version do you upgrade to?', place },
  { name: 'METHOD', type: 'choice', choices: ['cli', 'helm'], ask: 'How was Linkerd installed?', place },
  { name: 'TOKEN', type: 'secret', optional: true, place },
];

const steps: readonly Step[] = [
  step(1, 'Read the notices'),
  step(2, 'Survey'),
  step(3, 'Check health'),
  step(4, 'Update the CRDs'),
  step(5, 'Upgrade the control plane', {
    actions: [controlPlane],
    text: 'Proxies keep running while the control plane restarts. New pods in meshed namespaces **wait** for the injector.\n\n- one\n- two `code`',
    estimateMs: 300_000,
  }),
  step(6, 'Watch it come up'),
  step(7, 'Verify'),
  step(8, 'Extensions'),
  step(9, 'Data plane'),
  step(10, 'Verify again'),
  step(11, 'Clean up', { actions: [erase] }),
  step(12, 'Observability'),
];

export function runbook(more: Partial<Runbook> = {}): Runbook {
  return {
    file: 'upgrade.md',
    format: 'handrail',
    title: 'Upgrade Linkerd 2.13.7 to 2.14.10',
    summary: [prose('Upgrades the control plane, then the data plane, in one maintenance window.')],
    parameters,
    environment: [],
    requires: [],
    permissions: [],
    risks: ['Pods that start while the injector is down wait.', 'Certificates are replaced.'],
    needsCluster: true,
    estimateMs: 3_600_000,
    steps,
    frontMatter: {},
    ...more,
  };
}

export const pitfall: Runbook = runbook({
  file: 'crd-mismatch.md',
  title: 'The CRDs do not match the control plane',
  steps: [step(1, 'Compare the versions'), step(2, 'Apply the right CRDs')],
  parameters: [],
});

export function bundle(root: Runbook = runbook()): RunbookBundle {
  return {
    root: root.file,
    sources: { [root.file]: `${'\n'.repeat(11)}\`\`\`sh chnage\nkubectl apply\n\`\`\`\n` },
    runbooks: { [root.file]: root, [pitfall.file]: pitfall },
    diagnostics: [],
    hash: 'abc',
  };
}
