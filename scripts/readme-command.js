/** The one command of the README's shell block with this label: what users copy is what the gate runs. */
export function readmeCommand(readme, label) {
  const found = new RegExp(`^\`\`\`sh ${label}\\n([^\\n]+)\\n\`\`\`$`, 'm').exec(readme)?.[1];
  if (found === undefined) throw new Error(`README.md shows no single command in a block "sh ${label}"`);
  return found;
}
