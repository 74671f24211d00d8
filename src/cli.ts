/** The command line: arguments to a command. It loads no screen and no Kubernetes client; every verb imports its own. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { OperatorError, outputTrouble, reportTrouble } from './commands/trouble.ts';
import { diagnoseExitCodes, exitCodes, impactExitCodes, preflightExitCodes } from './state/exit-codes.ts';

/** A repeatable `KEY=VALUE` option. */
function keyValue(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes KEY=VALUE, for example --set TO=stable-2.14.10.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It takes a number above zero.');
  return value;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}

/** A repeatable option whose values are kept in order. */
const another = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
];

function practiceSize(text: string): 'small' | number {
  return text === 'small' ? text : Math.round(positiveNumber(text));
}

/** The N of `1.N`. */
function kubernetesMinor(text: string): number {
  const minor = /^v?1\.(\d{1,2})$/.exec(text)?.[1];
  if (minor === undefined) throw new InvalidArgumentError('It takes a minor version, for example 1.31.');
  return Number(minor);
}

const codeHelp = (codes: Readonly<Record<string, { readonly code: number; readonly meaning: string }>>) =>
  Object.values(codes)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join('\n');

// The same words wherever a command has one of these.
const noColour = () => new Option('--no-color', 'no colours (also NO_COLOR)');
const asciiOnly = () => new Option('--ascii', 'no characters outside ASCII');
const saved = () => new Option('--save <file>', 'keep the evidence in a file, without secrets');
const replacing = () => new Option('--force', 'with --save: replace a file that is there');

/** A cluster or a snapshot of one, and the form in which what is seen is told. */
const evidenceOptions = (command: Command) =>
  command
    .addOption(
      new Option('-o, --output <format>', 'the form').choices(['table', 'json', 'markdown']).default('table'),
    )
    .addOption(saved())
    .option('--snapshot <file>', 'look at such a file in place of a cluster')
    .addOption(replacing())
    .addOption(noColour())
    .addOption(asciiOnly());

const screenOptions = (command: Command) =>
  command
    .option('--plain', 'line by line, with no full screen (as with a pipe or TERM=dumb)')
    .addOption(noColour())
    .addOption(asciiOnly());

const clusterOptions = (command: Command) =>
  command
    .option('--kubeconfig <file>', 'the kubeconfig to use (default: KUBECONFIG, then ~/.kube/config)')
    .option('--context <name>', 'the context in it (default: its current one)')
    .option('--practice', 'use the practice cluster; it is started if it does not run');

const unattendedOptions = (command: Command) =>
  command
    .option('--unattended', 'ask nothing: run every change and take each default; needs --plain')
    .option('--answers <file>', 'YAML with answers for questions that have no default')
    .option('--confirm <cluster>', 'the cluster on which irreversible actions may run unattended');

function unknownVerb(word: string, handrail: Command): OperatorError {
  const verbs = handrail.commands.map((command) => command.name()).filter((name) => !name.startsWith('_'));
  const near = closest(word, verbs);
  return new OperatorError(`There is no command "${word}".`, {
    fix: /[./]/.test(word)
      ? `To walk a runbook: handrail run ${word}`
      : distance(word, near) <= 3
        ? `Did you mean: handrail ${near}`
        : 'handrail --help lists them.',
  });
}

/** Builds the whole command tree; `finish` is told the exit code of the verb that ran. */
export function program(finish: (code: number) => void): Command {
  const handrail = new Command('handrail')
    .description('Walks an operator through a Markdown runbook on a live Kubernetes cluster.')
    .version(`handrail ${process.env.HANDRAIL_VERSION}`, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ sortSubcommands: false })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  handrail                                     the home screen, on the cluster of your kubeconfig
  handrail practice                            the home screen, on a practice cluster of your own
  handrail run linkerd/upgrade                 walk a runbook that comes with Handrail
  handrail run ./restore-db.md --set DB=orders walk one of yours
  handrail run FILE --dry-run                  look at everything, change nothing
  handrail resume                              go on where the newest session stopped
  handrail report > ticket.md                  what was done, for the change ticket

Exit codes:
${codeHelp(exitCodes)}
`,
    );

  clusterOptions(screenOptions(handrail))
    .argument('[words...]')
    .usage('[options] [command]')
    .action(async (words: readonly string[], options) => {
      if (words[0] !== undefined) throw unknownVerb(words[0], handrail);
      const { home } = await import('./commands/home.ts');
      finish(await home(options));
    });

  unattendedOptions(clusterOptions(screenOptions(handrail.command('run'))))
    .description('walk a runbook: a file, or the name of one that comes with Handrail')
    .argument('<runbook>', 'for example ./upgrade.md or linkerd/upgrade')
    .option(
      '--set <KEY=VALUE>',
      'the value of a parameter (repeatable); other users of the machine see it in the process list: leave secrets out, they are asked for (or come from --answers)',
      keyValue,
      {},
    )
    .option('--dry-run', 'run what only looks, show every change without running it')
    .option('--diagnosed', 'a pitfall: take its values from a diagnosis of the cluster, made now')
    .addHelpText(
      'after',
      `
Examples:
  handrail run linkerd/upgrade --practice
  handrail run linkerd/upgrade --context prod-eu-1 --set TARGET=stable-2.14.10
  handrail run notes.md --plain --unattended --answers answers.yaml
`,
    )
    .action(async (runbook, options) => {
      const { run } = await import('./commands/run.ts');
      finish(await run(runbook, options));
    });

  unattendedOptions(screenOptions(handrail.command('resume')))
    .description('go on with a session where it stopped (the newest that can be resumed, without an ID)')
    .argument('[id]', 'the session, or the beginning of its ID')
    .action(async (id, options) => {
      const { resume } = await import('./commands/resume.ts');
      finish(await resume(id, options));
    });

  screenOptions(handrail.command('follow'))
    .description('watch a session that somebody else drives, read-only')
    .argument('[id]', 'the session, or the beginning of its ID')
    .action(async (id, options) => {
      const { follow } = await import('./commands/follow.ts');
      finish(await follow(id, options));
    });

  clusterOptions(handrail.command('plan'))
    .description('say by which hops Linkerd is upgraded, and what each of them demands')
    .option('--from <version>', 'the version that runs (default: read from the cluster)')
    .option('--to <version>', 'a release, or a line such as 2.14 (default: the newest line that is known)')
    .addOption(
      new Option('--by <method>', 'how it was installed (default: read from the cluster)').choices([
        'cli',
        'helm',
      ]),
    )
    .addOption(
      new Option('-o, --output <format>', 'the form').choices(['table', 'json', 'markdown']).default('table'),
    )
    .addOption(noColour())
    .addOption(asciiOnly())
    .addHelpText(
      'after',
      `
Examples:
  handrail plan --context prod-eu-1 --to 2.14
  handrail plan --from 2.9.2 --to 2.14 --by cli
  handrail plan --to edge-26.6.3 -o markdown > ticket.md

With --from no cluster is needed; what is not known of it is said as a condition. Where there is no path it ends with ${exitCodes.refused.code}.
`,
    )
    .action(async (options) => {
      const { plan } = await import('./commands/plan.ts');
      finish(await plan(options));
    });

  clusterOptions(screenOptions(handrail.command('rollout')))
    .description('watch rollouts until they are done, and see why when they are not')
    .argument('[workloads...]', 'for example deploy/web sts/db (default: all there are)')
    .option('-n, --namespace <name>', 'the namespace (repeatable)', another)
    .option('-A, --all-namespaces', 'all namespaces')
    .option('-l, --selector <labels>', 'only workloads with these labels, for example app=web')
    .option('--timeout <duration>', 'how long it may take, for example 5m (default: 10m)')
    .addOption(
      new Option('-o, --output <format>', 'json: no screen, one document at the end').choices([
        'text',
        'json',
      ]),
    )
    .addHelpText(
      'after',
      `
Examples:
  handrail rollout -n linkerd
  handrail rollout deploy/web sts/orders-db -n shop --timeout 5m
  handrail rollout -n shop -o json | jq -r .detail

It only looks. With --plain or -o json nobody is asked: it ends with 0 when all is rolled out and with 5 when it is not.
`,
    )
    .action(async (workloads, options) => {
      const { rollout } = await import('./commands/rollout.ts');
      finish(await rollout(workloads, options));
    });

  clusterOptions(screenOptions(handrail.command('check')))
    .description(
      'check the health of the mesh, with linkerd check or, without a linkerd tool, with its own checks',
    )
    .option('--proxy', 'the proxies as well')
    .option('-n, --namespace <name>', 'only the proxies of this namespace')
    .option('--pre', 'before an installation')
    .option('--own', 'its own checks, even where there is a linkerd tool')
    .option('--expected-version <version>', 'compare with this one, not with the newest on the internet')
    .option('--wait <duration>', 'how long a check that fails is tried again (default: 30s)')
    .addOption(
      new Option('-o, --output <format>', 'json: no screen, one document at the end').choices([
        'text',
        'json',
      ]),
    )
    .addHelpText(
      'after',
      `
Examples:
  handrail check
  handrail check --proxy --expected-version stable-2.14.10
  handrail check --own --proxy -o json | jq '.checks[] | select(.result != "success")'

It only looks. With --plain or -o json nobody is asked: it ends with 0 when nothing failed and with 5 when something did.
`,
    )
    .action(async (options) => {
      const { check } = await import('./commands/check.ts');
      finish(await check(options));
    });

  unattendedOptions(clusterOptions(screenOptions(handrail.command('restart'))))
    .description('restart workloads in waves, so that their proxies are up to date, watching each wave')
    .argument('[workloads...]', 'for example deploy/web sts/db (default: all whose proxies are out of date)')
    .option('-n, --namespace <name>', 'the namespace (repeatable)', another)
    .option('-A, --all-namespaces', 'all namespaces')
    .option('-l, --selector <labels>', 'only workloads with these labels, for example app=web')
    .addOption(
      new Option('--only <which>', 'by their proxies (default: out-of-date)').choices([
        'out-of-date',
        'meshed',
        'all',
      ]),
    )
    .option('--canary <count>', 'how many workloads make up the first wave (default: 1)', wholeNumber)
    .option('--at-once <count>', 'how many workloads restart at the same time (default: 5)', wholeNumber)
    .option(
      '--wave-size <count>',
      'how many workloads make up a wave (default: as many as at once)',
      wholeNumber,
    )
    .option(
      '--gate <command>',
      'a command that only looks and must pass before the first wave and after each',
    )
    .option('--soak <duration>', 'how long a wave is watched before the next begins, for example 2m')
    .option('--timeout <duration>', 'how long one workload may take (default: 10m)')
    .option(
      '--expect <version>',
      "the version that the proxies must have afterwards (default: the control plane's)",
    )
    .option('--dry-run', 'print the plan and end')
    .addOption(
      new Option('-o, --output <format>', 'the form of the plan, with --dry-run').choices(['text', 'json']),
    )
    .addHelpText(
      'after',
      `
Examples:
  handrail restart -A --dry-run
  handrail restart -n shop --at-once 2 --soak 2m
  handrail restart deploy/web sts/orders-db -n shop
  handrail restart -A --gate 'linkerd check --proxy' --plain --unattended

It is a session like any other: it can be paused, resumed after a crash, followed and reported on.
`,
    )
    .action(async (workloads, options) => {
      const { restart } = await import('./commands/restart.ts');
      finish(await restart(workloads, options));
    });

  clusterOptions(handrail.command('survey'))
    .description('say which proxy versions run where, against the control plane')
    .option('-n, --namespace <names...>', 'only these namespaces (default: all)')
    .option('-A, --all-namespaces', 'all namespaces, as without it')
    .addOption(
      new Option('-o, --output <format>', 'the form')
        .choices(['table', 'tree', 'json', 'csv'])
        .default('table'),
    )
    .option('--behind', 'only what a restart brings up to date')
    .addOption(noColour())
    .addOption(asciiOnly())
    .addHelpText(
      'after',
      `
Examples:
  handrail survey --context prod-eu-1
  handrail survey -n shop -n billing -o tree
  handrail survey --behind -o csv > behind.csv
`,
    )
    .action(async (options) => {
      const { survey } = await import('./commands/survey.ts');
      finish(await survey(options));
    });

  clusterOptions(handrail.command('diagnose'))
    .description('say what is wrong with the mesh, and which pitfall mends it')
    .addOption(
      new Option('-o, --output <format>', 'the form')
        .choices(['table', 'json', 'sarif', 'markdown'])
        .default('table'),
    )
    .option('--target <version>', 'the version that you upgrade to')
    .addOption(
      new Option('--severity <level>', 'the least that is shown, and counts for the exit code')
        .choices(['info', 'warning', 'error', 'blocker'])
        .default('warning'),
    )
    .addOption(saved())
    .option('--from <file>', 'diagnose such a file in place of a cluster')
    .addOption(replacing())
    .option(
      '--suppress <finding>',
      'put a finding aside as known: CODE[@KIND/NAMESPACE/NAME] (repeatable)',
      another,
    )
    .option('--reason <text>', 'with --suppress: why')
    .option('--until <time>', 'with --suppress: for how long, as 7d, or until which day, as 2026-12-31')
    .option('--show-suppressed', 'name what is suppressed')
    .addOption(noColour())
    .addOption(asciiOnly())
    .addHelpText(
      'after',
      `
Examples:
  handrail diagnose --context prod-eu-1 --target stable-2.14.10
  handrail diagnose --save evidence.json; handrail diagnose --from evidence.json
  handrail diagnose -o markdown > ticket.md
  handrail diagnose --suppress data-plane-behind --reason "restart on Monday" --until 7d

Exit codes:
${codeHelp(diagnoseExitCodes)}
`,
    )
    .action(async (options) => {
      const { diagnose } = await import('./commands/diagnose.ts');
      finish(await diagnose(options));
    });

  evidenceOptions(
    clusterOptions(handrail.command('preflight'))
      .description('say whether the cluster and this machine are fit for an upgrade')
      .option('--to <version>', 'the version that you upgrade to: then what it needs is looked at, too')
      .option('--only <groups...>', 'only these groups of checks, for example certificates availability'),
  )
    .addHelpText(
      'after',
      `
Examples:
  handrail preflight --context prod-eu-1 --to 2.14
  handrail preflight --only certificates availability
  handrail preflight --to edge-25.4.4 -o markdown > ticket.md
  handrail preflight --save evidence.json; handrail preflight --snapshot evidence.json

Exit codes:
${codeHelp(preflightExitCodes)}
`,
    )
    .action(async (options) => {
      const { preflight } = await import('./commands/preflight.ts');
      finish(await preflight(options));
    });

  evidenceOptions(
    clusterOptions(handrail.command('impact'))
      .description(
        'say what the releases on the way to another version change for this cluster, with the objects',
      )
      .option('--from <version>', 'the version that runs (default: what is found on the cluster)')
      .option('--to <version>', 'the target: a release, or a line such as 2.14 (default: the newest line)'),
  )
    .addHelpText(
      'after',
      `
Examples:
  handrail impact --context prod-eu-1 --to 2.14
  handrail impact --from 2.11.5 --to edge-24.11.8 -o markdown > ticket.md
  handrail impact --save evidence.json; handrail impact --snapshot evidence.json --to 2.18

Exit codes:
${codeHelp(impactExitCodes)}
`,
    )
    .action(async (options) => {
      const { impact } = await import('./commands/impact.ts');
      finish(await impact(options));
    });

  handrail
    .command('explain')
    .description('print the page of a finding, or of a pitfall; without a name, list all findings')
    .argument('[name]', 'for example data-plane-behind, or pitfalls/crd-mismatch')
    .addOption(noColour())
    .addOption(asciiOnly())
    .action(async (name, options) => {
      const { explain } = await import('./commands/explain.ts');
      finish(await explain(name, options));
    });

  clusterOptions(handrail.command('netpol'))
    .description('list who may speak with whom by the NetworkPolicies of a cluster or a folder')
    .option('-n, --namespace <names...>', 'only connections from or to these namespaces (default: all)')
    .option('--dir <folder>', 'manifests in place of a cluster: YAML and JSON, with all folders in it')
    .option('--linkerd', 'the flows that Linkerd needs instead, each with its verdict')
    .option('--target <version>', 'with --linkerd: as this release needs them (default: the one that runs)')
    .addOption(
      new Option(
        '-o, --output <format>',
        'the form; yaml: the policies that would let through what is blocked',
      )
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  handrail netpol --context prod-eu-1 -n shop
  handrail netpol --dir manifests/ -o json > connections.json
  handrail netpol --linkerd --target 2.18
  handrail netpol --linkerd -o yaml | kubectl diff -f -

What depends on the network plugin, and what is not evaluated, is said on standard error. A manifest that cannot be read is an error
with its file and line, and nothing is listed: it ends with 2. With --linkerd it ends with 5 when a flow is blocked.
`,
    )
    .action(async (options) => {
      const { netpol } = await import('./commands/netpol.ts');
      finish(await netpol(options));
    });

  handrail
    .command('sessions')
    .description('list the sessions on this machine, newest first')
    .addOption(new Option('-o, --output <format>', 'the form').choices(['table', 'json']).default('table'))
    .action(async (options) => {
      const { sessions } = await import('./commands/sessions.ts');
      finish(await sessions(options));
    });

  handrail
    .command('report')
    .description('print what a session did, as Markdown for a ticket (the newest, without an ID)')
    .argument('[id]', 'the session, or the beginning of its ID')
    .action(async (id) => {
      const { report } = await import('./commands/report.ts');
      finish(await report(id));
    });

  handrail
    .command('list')
    .description('list the runbooks that come with Handrail')
    .addOption(new Option('-o, --output <format>', 'the form').choices(['table', 'json']).default('table'))
    .action(async (options) => {
      const { list } = await import('./commands/list.ts');
      finish(await list(options));
    });

  unattendedOptions(screenOptions(handrail.command('drill')))
    .description(
      'break a practice cluster on purpose and walk a runbook on it; without a name: list the drills',
    )
    .argument('[drill]', 'a name from the list, or a Markdown file with a drill in its front matter')
    .option('--yes', 'make the practice cluster anew without asking')
    .option('--speed <factor>', 'how much faster than a real cluster pods come up', positiveNumber)
    .addOption(new Option('-o, --output <format>', 'the form of the list').choices(['table', 'json']))
    .addHelpText(
      'after',
      `
Examples:
  handrail drill
  handrail drill crd-mismatch
  handrail drill ./our-own-drill.md --yes

It never touches another cluster than the practice cluster, which it makes anew.
`,
    )
    .action(async (name, options) => {
      const { drill, listDrills } = await import('./commands/drill.ts');
      finish(name === undefined ? await listDrills(options) : await drill(name, options));
    });

  handrail
    .command('lint')
    .description('check runbooks, and say every mistake with its place')
    .argument('<files...>', 'Markdown files, or folders of them')
    .addOption(
      new Option('-o, --output <format>', 'the form').choices(['text', 'json', 'sarif']).default('text'),
    )
    .addOption(noColour())
    .action(async (files, options) => {
      const { lintCommand } = await import('./commands/lint-command.ts');
      finish(await lintCommand(files, options));
    });

  const practice = handrail
    .command('practice')
    .description('the practice cluster; without a verb: start it and open the home screen on it');
  screenOptions(practice).action(async (options) => {
    const { home } = await import('./commands/home.ts');
    finish(await home({ ...options, practice: true }));
  });
  const practiceVerb = (name: string, description: string) => {
    const verb = practice.command(name).description(description);
    if (name === 'up' || name === 'reset') {
      verb
        .option('--mesh <version>', 'the Linkerd version it runs at first, or `none`')
        .option('--kubernetes <1.N>', 'the Kubernetes it plays at first, 1.16 to 1.36', kubernetesMinor)
        .option('--size <size>', '`small`, or about how many pods, for example 1000', practiceSize)
        .option('--speed <factor>', 'how much faster than a real cluster pods come up', positiveNumber)
        .option('--ha', 'three replicas of each control plane component')
        .option('--helm', 'a mesh that Helm installed, and a repository of its charts')
        .option('--idle-minutes <minutes>', 'end by itself after so long without a request', positiveNumber);
    }
    if (name === 'status') {
      verb.addOption(
        new Option('-o, --output <format>', 'the form').choices(['text', 'json']).default('text'),
      );
    }
    verb.action(async (options) => {
      const { practiceCommand } = await import('./commands/practice.ts');
      finish(
        await practiceCommand(name as 'up', options, { stdout: process.stdout, stderr: process.stderr }),
      );
    });
  };
  practiceVerb('up', 'start it in the background');
  practiceVerb('status', 'say whether it runs, and what is on it');
  practiceVerb('kubeconfig', 'print the path of its kubeconfig');
  practice
    .command('kubernetes')
    .description('upgrade the Kubernetes it plays, while it runs')
    .argument('<1.N>', 'for example 1.31', kubernetesMinor)
    .action(async (kubernetes: number) => {
      const { practiceCommand } = await import('./commands/practice.ts');
      finish(await practiceCommand('kubernetes', { kubernetes }));
    });
  practiceVerb('reset', 'start it again as it was at first');
  practiceVerb('down', 'end it');

  handrail
    .command('completion')
    .description('print the shell completion script')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  source <(handrail completion bash)\n')
    .action(async (shell) => {
      const { completionScript } = await import('./commands/completion.ts');
      process.stdout.write(completionScript(shell));
      finish(exitCodes.done.code);
    });

  handrail
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words) => {
      const { complete } = await import('./commands/completion.ts');
      process.stdout.write((await complete(words, handrail)).map((word) => `${word}\n`).join(''));
      finish(exitCodes.done.code);
    });

  for (const command of handrail.commands) command.exitOverride();
  for (const command of practice.commands) command.exitOverride();
  return handrail;
}

/** Runs one command line (without node and script) and gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.done.code;
  let unprinted: unknown;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`handrail sessions | head -1`) closes the pipe: that is no mistake of anybody's.
    if (error.code !== 'EPIPE') unprinted ??= error;
  });
  // Where standard error is gone there is nowhere left to say so.
  process.stderr.on('error', () => {});
  try {
    await program((given) => {
      code = given;
    }).parseAsync(args, { from: 'user' });
    // An error of the stream is told in a later turn than the write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return unprinted === undefined ? code : reportTrouble(outputTrouble(unprinted), process.stderr);
  } catch (error) {
    if (error instanceof CommanderError) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (unprinted !== undefined) return reportTrouble(outputTrouble(unprinted), process.stderr);
      return error.exitCode === 0 ? exitCodes.done.code : exitCodes.usage.code;
    }
    return reportTrouble(error, process.stderr);
  }
}
