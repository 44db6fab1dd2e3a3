/** Damage for the agent to do to its own line. */
interface ChaosFields {
  readonly chaos_per_mille?: number;
  readonly chaos_seed?: number;
}

/** The host's commands to the agent, as defined in docs/protocol.md; the link adds nonce and id. */
export type AgentCommand =
  | ({ readonly t: 'hello'; readonly key: string } & ChaosFields)
  | {
      readonly t: 'run';
      readonly program: string;
      readonly case: string;
      readonly timeout_ms: number;
      readonly seed?: string;
      readonly follow?: 1;
    }
  | { readonly t: 'log' }
  | { readonly t: 'ack'; readonly upto: number }
  | { readonly t: 'resend'; readonly from: number; readonly to: number }
  | { readonly t: 'ping' };
