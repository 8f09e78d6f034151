/** Something on a wire that a person may want to know. The music goes on; nobody has to catch anything. */
export interface Trouble {
  /** The port or thread it happened at, as the settings name it. */
  readonly port: string;
  /** `unavailable`: cannot be opened; `lost` and `back`: went and came; `stalled`: the main thread stood still; `faults`: messages that could not be used. */
  readonly kind: 'unavailable' | 'lost' | 'back' | 'stalled' | 'faults';
  /** One line. */
  readonly message: string;
}
export type OnTrouble = (trouble: Trouble) => void;
