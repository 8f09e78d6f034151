/** A trained listener's network, asked once a frame: small enough to answer well within one. */
import { GraphSession } from './graph-session.ts';

export class ListeningNetwork {
  readonly #session: GraphSession;

  private constructor(session: GraphSession) {
    this.#session = session;
  }

  static async open(bytes: Uint8Array): Promise<ListeningNetwork> {
    const network = new ListeningNetwork(await GraphSession.open(bytes));
    // the first run allocates
    await network.#session.run();
    network.forget();
    return network;
  }

  /** Another piece begins. */
  forget(): void {
    this.#session.forget();
  }

  /** @returns corrections, valid until the next question; undefined where the network says what is no number */
  async answer(observation: Float32Array): Promise<ArrayLike<number> | undefined> {
    const session = this.#session;
    session.set('input', observation);
    await session.run();
    const output = session.output('output');
    for (let p = 0; p < output.length; p++) {
      if (Number.isFinite(output[p])) continue;
      session.forget();
      return undefined;
    }
    return output;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
