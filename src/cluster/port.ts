/** What the engine asks of the cluster: who it is, and whether it is still the same one. */

/** Context and server for people, the UID of `kube-system` as the cluster's identity. */
export interface ClusterPin {
  readonly context: string;
  readonly server: string;
  readonly uid: string;
  /** The name shown, and typed to confirm what cannot be undone. */
  readonly name: string;
  readonly practice: boolean;
}

export type PinResult =
  | {
      readonly ok: true;
      readonly pin: ClusterPin /** A minimal kubeconfig (YAML) with only this context, for the session's own commands. */;
      readonly kubeconfig: string;
    }
  | { readonly ok: false; readonly message: string; readonly fix: string };

export type PinCheck =
  | { readonly type: 'same' }
  | { readonly type: 'different'; readonly uid: string }
  | { readonly type: 'unreachable'; readonly message: string };

export interface ClusterPort {
  /** Reads kubeconfig (KUBECONFIG, --kubeconfig, --context), asks the cluster for its identity. */
  pin(options: { readonly kubeconfig?: string; readonly context?: string }): Promise<PinResult>;
  /** Asks again, with the session's own kubeconfig file. */
  check(kubeconfigFile: string, pin: ClusterPin): Promise<PinCheck>;
}
