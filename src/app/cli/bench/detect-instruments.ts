/** Who is listened to by `bench detect`, and how. */
export const articulations = ['detached', 'legato', 'slurred'] as const;
export type Articulation = (typeof articulations)[number];

export interface Instrument {
  readonly name: string;
  /** General MIDI, counted from 0. */
  readonly program: number;
  readonly lowest: number;
  readonly highest: number;
  /** Around which its lines lie. */
  readonly middle: number;
}

export const instruments: readonly Instrument[] = [
  { name: 'violin', program: 40, lowest: 55, highest: 96, middle: 76 },
  { name: 'cello', program: 42, lowest: 36, highest: 74, middle: 52 },
  { name: 'flute', program: 73, lowest: 60, highest: 94, middle: 79 },
  { name: 'clarinet', program: 71, lowest: 50, highest: 88, middle: 68 },
  { name: 'trumpet', program: 56, lowest: 55, highest: 82, middle: 68 },
  { name: 'guitar', program: 24, lowest: 40, highest: 76, middle: 57 },
  { name: 'piano', program: 0, lowest: 36, highest: 96, middle: 66 },
];
/** Nobody slurs on these. */
export const struck = new Set(['guitar', 'piano']);
/** With a piano that sounds along, the ear knows what it plays (`bleed`), as it is ours, or does not (`untold`). */
export const conditions = ['dry', 'errors', 'room', 'bleed', 'untold', 'blind'] as const;
export type Condition = (typeof conditions)[number];
