// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a shell
/** What the linter knows of commands: the variables they read, and what they run from the network. */
import { describe, expect, test } from 'vitest';
import { parseRunbook } from '../../src/runbook/parse.ts';
import { pipesToShell } from '../../src/runbook/rules/pipe-to-shell.ts';
import { scanVariables } from '../../src/runbook/shell-variables.ts';

/** Variables that are read and not set in the script. */
const free = (script: string) => {
  const { uses, assigned } = scanVariables(script);
  return [...new Set(uses.map(({ name }) => name))].filter((name) => !assigned.has(name));
};

describe('variables that a script reads', () => {
  test.each([
    ['echo $A "$B" ${C} "${D:-x}" ${E:-$F} ${#G} ${H[0]} ${I%%.*}', 'ABCDEFGHI'],
    ['echo "a $(cat $A | grep "$B") c" `echo $C`', 'ABC'],
    ['echo $((A + $B * ${C}))', 'ABC'],
    ['cat <<EOF\n$A ${B} $(echo $C)\nEOF\necho $D', 'ABCD'],
    ['cat <<-EOF > "$A"\n\t$B\n\tEOF\necho $C', 'ABC'],
    ['X=1 Y=$A kubectl get "$X" <<< "$B"', 'AB'],
    ['curl -H "Auth: $A" | LINKERD2_VERSION=$B sh', 'AB'],
    ['if [ "$A" = b ]; then echo ${B}; fi', 'AB'],
    ["echo 'it'\"'\"'s' $A", 'A'],
    ['echo "it\'s $A"', 'A'],
    ['echo a#b $A', 'A'],
    ['echo ${A}#$B', 'AB'],
    ['kubectl label ns A=$B B=x', 'B'],
    ['[[ $A == "$B" && -n ${C} ]]', 'ABC'],
    ['case $A in x) echo $B;; *) echo "$(echo $C)";; esac; echo $D', 'ABCD'],
    ['diff <(echo $A) <(echo $B)', 'AB'],
    ['echo "${A//"x"/$B}"', 'AB'],
    ['echo "$A', 'A'],
  ])('%j', (script, names) => {
    expect(free(script)).toEqual([...names]);
  });

  test.each([
    ["awk '{ print $1, $NAME }' # $COMMENT"],
    ['echo \\$A "\\$B" $$ $? $! $# $@ $* $0 $1 ${1} ${10:-x} ${@:2} $- "$"'],
    ['cat <<\'EOF\'\n$A\nEOF\ncat <<"E"\n${B}\nE\ncat <<\\X\n$C\nX\n'],
    ["echo $'a\\'b $A'"],
    ['A=1; B=$A; echo $B'],
    ['for i in 1 2; do echo $i; done; for ((j=0; j<3; j++)); do echo $j; done'],
    ['while IFS= read -r line rest; do echo "$line $rest"; done'],
    ['local a b; declare -A m=([x]=1); export C=3 D; readonly e=1; echo $a $b $m $C $D $e'],
    ['mapfile -t lines < f; printf -v out %s x; getopts ab opt; echo "${lines[@]}" $out $opt'],
    ['f() { local x=$1; echo "$x"; }; f a'],
    ['a=(1 2 "$(ls)"); a+=(3); echo "${a[@]}" ${#a[@]} ${!a[@]}'],
    ['(( n = 1 )); n=$((n + 1)); echo $n; i=0x1F; echo $((16#ff))'],
    [': "${A:=x}"; echo $A'],
    ['x=$(\n  kubectl get pods |\n  wc -l\n)\necho $x'],
    ['{ A=1; }; ( B=2; echo $B ); if true; then C=3; fi; echo $A $C'],
    ['true && A=1 || B=2; echo $A $B'],
    ['select x in a b; do echo $x; done'],
    ['echo "{\\"a\\": \\"$(A=1; echo $A)\\"}"'],
  ])('none in %j', (script) => {
    expect(free(script)).toEqual([]);
  });

  test('places are exact, in kinds of action as well', () => {
    const text =
      '---\nrunbook: 1\n---\n\n## A\n\n```sh look\necho one\n  echo "$FOO" ${BAR:-x} $HOME $KUBECONFIG\n```\n';
    const { diagnostics } = parseRunbook('x.md', text, []);
    expect(
      diagnostics.map(({ place }) => [place.line, place.column, text.slice(place.offset, place.endOffset)]),
    ).toEqual([
      [9, 9, '$FOO'],
      [9, 15, '${BAR'],
    ]);
  });
});

describe('what comes from the network', () => {
  const found = (script: string) => {
    const spans: string[] = [];
    pipesToShell({ text: script, spanOf: (start, end) => [start, end] }, (_rule, start, end) => {
      spans.push(script.slice(start, end));
    });
    return spans;
  };

  test.each([
    'curl -sL https://x | sh',
    'curl -sL https://x|bash -s -- --yes',
    'wget -qO- https://x | sudo -E bash -',
    'curl https://x | LINKERD2_VERSION=stable-2.14.10 sh',
    'curl https://x | tee install.sh | /bin/bash',
    'curl https://x |\n  sh',
    'curl https://x \\\n  | sh',
    'cd /tmp && curl https://x | env A=b zsh',
    'curl https://x | python3',
    'curl https://x | python3 -',
    'bash <(curl -s https://x)',
    'source <(curl -s https://x)',
    'sh -c "$(curl -fsSL https://x)"',
    'eval "$(curl https://x)"',
    'eval `wget -qO- https://x`',
    'v=$(curl https://x | sh)',
    'echo "$(curl https://x | bash)"',
    'if true; then curl https://x | sh; fi',
  ])('is not run unseen: %j', (script) => {
    expect(found(script)).toHaveLength(1);
  });

  test.each([
    'curl https://x | kubectl apply -f -',
    'curl https://x | python3 -m json.tool',
    "curl https://x | python3 -c 'import json, sys; print(json.load(sys.stdin))'",
    'curl https://x | bash check.sh',
    'curl -o install.sh https://x && sh install.sh',
    'curl https://x; sh install.sh',
    'curl https://x || sh fallback.sh',
    'linkerd upgrade | kubectl apply -f -',
    "echo 'curl https://x | sh'",
    '# curl https://x | sh',
    'echo "$(curl https://x)"',
    'curl https://x | jq -r .sh',
  ])('may be used: %j', (script) => {
    expect(found(script)).toEqual([]);
  });
});
