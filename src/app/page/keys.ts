/** The soloist without an instrument: the computer's keys, keys on the screen, a MIDI keyboard that the browser knows. */

/** A row of letters as a piano's keys, from C; the row above has the black ones. */
const letters = 'awsedftgyhujkolp';
const lowest = 60;
const shown = 25;
const names = ['C', 'C sharp', 'D', 'D sharp', 'E', 'F', 'F sharp', 'G', 'G sharp', 'A', 'A sharp', 'B'];
const strength = 80;

export interface KeysHouse {
  readonly press: (pitch: number, velocity: number) => void;
  readonly release: (pitch: number) => void;
}

export class Keys {
  readonly #house: KeysHouse;
  readonly #panel: HTMLElement;
  readonly #down = new Map<string, number>();
  #octave = 0;

  constructor(panel: HTMLElement, house: KeysHouse) {
    this.#house = house;
    this.#panel = panel;
    for (let i = 0; i < shown; i++) panel.append(this.#key(lowest - 12 + i));
    window.addEventListener('blur', () => this.#letAllGo());
  }

  get on(): boolean {
    return !this.#panel.hidden;
  }
  set on(on: boolean) {
    this.#panel.hidden = !on;
    if (!on) this.#letAllGo();
  }

  /** @returns true when the key was meant for us */
  keyDown(event: KeyboardEvent): boolean {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'z' || event.key === 'x') {
      this.#octave = Math.max(-3, Math.min(3, this.#octave + (event.key === 'x' ? 1 : -1)));
      return true;
    }
    const at = letters.indexOf(event.key.toLowerCase());
    if (at < 0) return false;
    if (!event.repeat && !this.#down.has(event.code)) this.#press(event.code, lowest + at + 12 * this.#octave);
    return true;
  }

  keyUp(event: KeyboardEvent): void {
    this.#let(event.code);
  }

  #key(pitch: number): HTMLButtonElement {
    const key = document.createElement('button');
    const name = names[pitch % 12]!;
    key.type = 'button';
    key.tabIndex = -1;
    key.className = name.includes('sharp') ? 'black' : '';
    key.setAttribute('aria-label', `${name} ${Math.floor(pitch / 12) - 1}`);
    key.dataset['pitch'] = String(pitch);
    if (pitch % 12 === 0) key.textContent = `C${Math.floor(pitch / 12) - 1}`;
    const press = `pointer ${pitch}`;
    key.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.#press(press, pitch);
    });
    for (const type of ['pointerup', 'pointerleave', 'pointercancel'] as const) key.addEventListener(type, () => this.#let(press));
    return key;
  }

  #press(source: string, pitch: number): void {
    this.#down.set(source, pitch);
    this.#show(pitch, true);
    this.#house.press(pitch, strength);
  }

  #let(source: string): void {
    const pitch = this.#down.get(source);
    if (pitch === undefined) return;
    this.#down.delete(source);
    this.#show(pitch, false);
    this.#house.release(pitch);
  }

  #letAllGo(): void {
    for (const source of [...this.#down.keys()]) this.#let(source);
  }

  #show(pitch: number, down: boolean): void {
    this.#panel.querySelector(`[data-pitch="${pitch}"]`)?.classList.toggle('down', down);
  }
}

export const hasMidi = (): boolean => 'requestMIDIAccess' in navigator;

/** @returns the names of the instruments that are heard now */
export async function listenToMidi({ press, release }: KeysHouse): Promise<readonly string[]> {
  const access = await navigator.requestMIDIAccess();
  const heard: string[] = [];
  for (const input of access.inputs.values()) {
    heard.push(input.name ?? 'an instrument');
    input.onmidimessage = ({ data }) => {
      const [status = 0, pitch = 0, velocity = 0] = data ?? [];
      if ((status & 0xf0) === 0x90 && velocity > 0) press(pitch, velocity);
      else if ((status & 0xf0) === 0x80 || (status & 0xf0) === 0x90) release(pitch);
    };
  }
  return heard;
}
