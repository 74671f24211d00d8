import type { ApiProblem } from '../../cluster/api.ts';

/** What is wrong, and what to do about it. */
export function problemText(problem: ApiProblem): string {
  switch (problem.type) {
    case 'denied': {
      const { verb, resource, namespace } = problem.permission;
      // The cluster's own sentence names it already, with what the server said.
      if (problem.message.includes(`${verb} ${resource}`)) return ended(problem.message);
      const where = namespace === undefined ? '' : ` in ${namespace}`;
      return `${ended(problem.message)} It needs the permission to ${verb} ${resource}${where}.`;
    }
    case 'unreachable':
      return `${ended(problem.message)} ${problem.fix}`;
    case 'not-found':
    case 'conflict':
    case 'rejected':
      return ended(problem.message);
  }
}

const ended = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);
