/** What the practice mesh looks like from outside: asked with the real kubectl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** The image tags of a container in all pods of the practice cluster that have it, each once. */
export async function tagsOf(container: string, env: Record<string, string>): Promise<readonly string[]> {
  const template = `{range .items[*]}{.spec.containers[?(@.name=="${container}")].image}{"\\n"}{end}`;
  const { stdout } = await exec(
    'kubectl',
    ['get', 'pods', '--all-namespaces', '-o', `jsonpath=${template}`],
    { env },
  );
  const tags = stdout
    .split('\n')
    .filter((image) => image !== '')
    .map((image) => image.split(':').at(-1)!);
  return [...new Set(tags)].sort();
}
