// The worker's messages, read by the code that wrote them: crates/generation/examples/decode.rs, which runs beside the tests.

import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What is read; the names are those of `generation::step`. */
export interface Decoded {
  step?: {
    embedding: number[];
    layers: { attention: number[][]; resid_pre_norm: number; attn_out_norm: number; mlp_out_norm: number }[];
    logits: number[];
    cost: { tokens_computed: number; tokens_reused: number; milliseconds: number };
  };
  inspected?: {
    Pattern?: { rows: number[][] };
    Lens?: { layers: { top: { token: number; logit: number; probability: number }[]; entropy: number }[] };
    Neighbours?: { tokens: [number, number][] };
  };
  error?: string;
}

/** The bytes that a message of each kind begins with. */
export type Beginnings = Record<'step' | 'inspected', number[]>;

export class Decoder {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  /** One message at a time is under way. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(program: string) {
    this.child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts the program that `cargo xtask test` built and named in DECODER. */
  static async start(): Promise<{ decoder: Decoder; beginnings: Beginnings }> {
    const program = process.env.DECODER;
    if (!program) throw new Error('DECODER names no program: start the tests with `cargo xtask test e2e`');
    const decoder = new Decoder(program);
    return { decoder, beginnings: (await decoder.line()) as Beginnings };
  }

  decode(message: Buffer): Promise<Decoded> {
    const answer = this.last.then(async () => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(message.length);
      this.child.stdin!.write(Buffer.concat([length, message]));
      const decoded = (await this.line()) as Decoded;
      if (decoded.error) throw new Error(`the worker's message cannot be decoded: ${decoded.error}`);
      return decoded;
    });
    this.last = answer.catch(() => {});
    return answer;
  }

  stop() {
    this.child.stdin!.end();
  }

  private async line(): Promise<unknown> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the decoder has ended');
    return JSON.parse(value);
  }
}
