/** What was not looked for, and why, in words. */
import { counted } from '../../data-plane/words.ts';
import type { NotChecked } from '../../diagnosis/finding.ts';
import type { Part } from '../../diagnosis/snapshot.ts';

/** How a part is called in a sentence. */
const partNames: Partial<Record<Part, string>> = {
  customResourceDefinitions: 'custom resource definitions',
  serverVersion: 'the version of the API server',
  linkerdCli: 'the linkerd command',
  kubectlCli: 'the kubectl command',
  helmCli: 'the helm command',
};

/** `endpointSlices`: `endpoint slices`. */
const partName = (part: Part): string =>
  partNames[part] ?? part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** `5 kinds were not looked for without secrets: It needs the permission to list secrets in all namespaces.` */
export const notCheckedText = ({ part, message, codes }: NotChecked): string =>
  `${counted(codes.length, 'kind')} not looked for without ${partName(part)}: ${message}`;
