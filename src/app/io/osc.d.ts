/** The codec of the `osc` package (CommonJS, brings no types); its transports would load WebSockets and serial ports. */
declare module 'osc/src/osc.js' {
  namespace osc {
    interface TimeTag {
      /** Seconds since 1900 and fractions of 2^32; [0, 1] means at once. */
      readonly raw: readonly [number, number];
    }
    interface TypedArgument {
      readonly type: string;
      readonly value?: unknown;
    }
    interface Message {
      readonly address: string;
      readonly args: readonly TypedArgument[];
    }
    interface Bundle {
      readonly timeTag: TimeTag;
      readonly packets: readonly Packet[];
    }
    type Packet = Message | Bundle;
    interface Options {
      readonly metadata: boolean;
      readonly unpackSingleArgs: boolean;
    }
  }
  const osc: {
    /** @throws Error or RangeError when the bytes are no packet */
    readPacket(data: Uint8Array, options: osc.Options): osc.Packet;
    writePacket(packet: osc.Packet, options: osc.Options): Uint8Array;
  };
  export = osc;
}
