import { stringify } from 'yaml';

/** A kubeconfig (YAML) whose one cluster, user and context are named `practice`, marked as a practice cluster's. */
export function practiceKubeconfig(server: string, token: string, authorityPem?: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'practice',
    clusters: [
      {
        name: 'practice',
        cluster: {
          server,
          ...(authorityPem && { 'certificate-authority-data': Buffer.from(authorityPem).toString('base64') }),
          extensions: [{ name: 'handrail.dev/practice', extension: { practice: true } }],
        },
      },
    ],
    users: [{ name: 'practice', user: { token } }],
    contexts: [{ name: 'practice', context: { cluster: 'practice', user: 'practice' } }],
    preferences: {},
  });
}
