/** What the host may ask of the agent, as docs/protocol.md defines it; the link adds nonce and id. */
export type AgentCommand =
  | { readonly t: 'hello' }
  | { readonly t: 'run'; readonly program: string; readonly case: string; readonly timeout_ms: number }
  | { readonly t: 'ack'; readonly upto: number }
  | { readonly t: 'resend'; readonly from: number; readonly to: number }
  | { readonly t: 'ping' };
