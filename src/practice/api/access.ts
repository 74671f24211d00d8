import type { KubeObject } from '../kube-client.ts';
import { ApiError } from './errors.ts';
import type { Json } from './json.ts';
import type { User } from './options.ts';
import type { Store } from './store.ts';

/** What somebody wants to do: with a resource, or with a path that is not one. */
export interface Attributes {
  readonly verb: string;
  readonly group?: string | undefined;
  readonly resource?: string | undefined;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly path?: string | undefined;
}

/** May look at everything but Secrets, and change nothing. */
export const VIEWER: User = { name: 'practice-viewer', groups: ['practice:viewers', 'system:authenticated'] };

const RBAC = 'rbac.authorization.k8s.io/v1';
const LOOKING = ['get', 'list', 'watch'];
// What anyone who is known may do: ask what there is, and what they may do.
const REVIEWS = /^self(subjectaccess|subjectrules|subject)reviews$/;

const has = (list: readonly string[] | undefined, value: string) =>
  list?.includes('*') || list?.includes(value);

function ruleAllows(rule: Json, asked: Attributes): boolean {
  if (!has(rule.verbs, asked.verb)) return false;
  if (asked.resource === undefined) {
    const path = asked.path ?? '';
    return (rule.nonResourceURLs ?? []).some((url: string) =>
      url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path,
    );
  }
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const named = !rule.resourceNames?.length || rule.resourceNames.includes(asked.name ?? '');
  return Boolean(has(rule.apiGroups, asked.group ?? '') && has(rule.resources, resource) && named);
}

function isSubject(subject: Json, user: User, namespace: string | undefined): boolean {
  if (subject.kind === 'User') return subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  return user.name === `system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
}

/** The rules that bindings give to a user, in a namespace and in the whole cluster. */
function rulesOf(store: Store, user: User, namespace: string | undefined): Json[] {
  const find = (kind: string) => store.resource(RBAC, kind);
  const rulesFor = (binding: KubeObject): Json[] => {
    if (!binding.subjects?.some((subject: Json) => isSubject(subject, user, binding.metadata.namespace)))
      return [];
    const { kind, name } = binding.roleRef;
    const role =
      kind === 'ClusterRole'
        ? store.peek(find('clusterroles'), undefined, name)
        : store.peek(find('roles'), binding.metadata.namespace, name);
    return role?.rules ?? [];
  };
  const everywhere = store.list(find('clusterrolebindings')).items;
  const here = namespace ? store.list(find('rolebindings'), { namespace }).items : [];
  return [...everywhere, ...here].flatMap(rulesFor);
}

/** Whether a user may do what is asked: administrators everything, viewers look, others what RBAC objects give them. */
export function allows(store: Store, user: User, asked: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  if (asked.resource !== undefined && REVIEWS.test(asked.resource) && asked.verb === 'create') return true;
  if (asked.resource === undefined && asked.verb === 'get') return true;
  if (user.groups.includes('practice:viewers')) {
    return LOOKING.includes(asked.verb) && !(asked.resource === 'secrets' && !asked.group);
  }
  return rulesOf(store, user, asked.namespace).some((rule) => ruleAllows(rule, asked));
}

/** The 403 with the words of the real server, which tools and people recognise. */
export function denial(user: User, asked: Attributes): ApiError {
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const full = asked.group ? `${asked.resource}.${asked.group}` : asked.resource;
  const scope = asked.namespace ? `in the namespace "${asked.namespace}"` : 'at the cluster scope';
  const what = `User "${user.name}" cannot ${asked.verb} resource "${resource}" in API group "${asked.group ?? ''}" ${scope}`;
  const name = asked.name ? ` "${asked.name}"` : '';
  return new ApiError(403, 'Forbidden', `${full}${name} is forbidden: ${what}`, {
    ...(asked.name && { name: asked.name }),
    ...(asked.group && { group: asked.group }),
    kind: asked.resource,
  });
}

function verdict(store: Store, user: User, spec: Json): Json {
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec ?? {};
  const asked: Attributes = resource
    ? { ...resource, resource: resource.resource ?? '' }
    : { verb: other?.verb ?? '', path: other?.path ?? '' };
  const allowed = allows(store, user, asked);
  return { allowed, ...(!allowed && { reason: 'no rule of the practice cluster allows it' }) };
}

const ALL_RULES = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};

function selfRules(store: Store, user: User, namespace: string): Json {
  if (user.groups.includes('system:masters')) return { ...ALL_RULES, incomplete: false };
  const rules = rulesOf(store, user, namespace);
  if (user.groups.includes('practice:viewers')) {
    const readable = store.registry.all().filter((info) => info.plural !== 'secrets');
    const groups = new Map<string, string[]>();
    for (const { group, plural } of readable) groups.set(group, [...(groups.get(group) ?? []), plural]);
    for (const [group, resources] of groups) rules.push({ verbs: LOOKING, apiGroups: [group], resources });
  }
  rules.push({
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  });
  return {
    resourceRules: rules.filter((rule) => rule.resources),
    nonResourceRules: [
      ...rules.filter((rule) => rule.nonResourceURLs),
      { verbs: ['get'], nonResourceURLs: ['*'] },
    ],
    incomplete: false,
  };
}

/** Answers a review object: what may I do, what may somebody do, who am I, whose token is this. */
export function review(
  store: Store,
  user: User,
  body: KubeObject,
  tokens: ReadonlyMap<string, User>,
): KubeObject {
  const answer = (status: Json) => ({ ...body, metadata: body.metadata ?? {}, status });
  switch (body.kind) {
    case 'SelfSubjectAccessReview':
      return answer(verdict(store, user, body.spec));
    case 'SubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return answer(
        verdict(store, { name: body.spec?.user ?? '', groups: body.spec?.groups ?? [] }, body.spec),
      );
    case 'SelfSubjectRulesReview':
      return answer(selfRules(store, user, body.spec?.namespace ?? 'default'));
    case 'SelfSubjectReview':
      return answer({ userInfo: { username: user.name, groups: user.groups } });
    default: {
      const known = tokens.get(body.spec?.token);
      return answer(
        known
          ? { authenticated: true, user: { username: known.name, groups: known.groups } }
          : { authenticated: false, error: 'the token is not known' },
      );
    }
  }
}
