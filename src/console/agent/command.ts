/** Damage for the agent to do to its own line. */
interface ChaosFields {
  readonly chaos_per_mille?: number;
  readonly chaos_seed?: number;
}

/** A terminal for a command. */
interface ConsoleFields {
  readonly console?: true;
  readonly rows?: number;
  readonly columns?: number;
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
  | ({
      readonly t: 'exec';
      /** Bytes of its words, which come first on its input. */
      readonly words: number;
      /** 0 for none. */
      readonly timeout_ms: number;
      readonly whole?: true;
    } & ConsoleFields)
  | {
      readonly t: 'in';
      /** The id of the command whose input it is. */
      readonly of: number;
      readonly at: number;
      readonly data: string;
      readonly end?: true;
    }
  | { readonly t: 'log' }
  | { readonly t: 'ack'; readonly upto: number }
  | { readonly t: 'resend'; readonly from: number; readonly to: number }
  | { readonly t: 'ping' };
