import { stringify } from 'yaml';
import type { Manifest } from '../../linkerd/manifest.ts';
import { CommandError } from './io.ts';

/** Manifests as the tool prints them: documents of YAML, or JSON where asked. */
export function render(manifests: readonly Manifest[], output = 'yaml'): string {
  switch (output) {
    case 'yaml':
      return manifests.map((manifest) => `---\n${stringify(manifest, { lineWidth: 0 })}`).join('');
    case 'json':
      return manifests.map((manifest) => `${JSON.stringify(manifest)}\n`).join('');
    default:
      throw new CommandError(`unsupported format: ${output}`);
  }
}
