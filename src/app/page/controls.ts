/** Everything that can be asked for, by hand, key, pedal or touch: each is one command of the OSC table. */
import type { PageScore } from '../monitor/messages.ts';
import type { Concert } from './concert.ts';
import { addressOf } from './connection.ts';
import { element } from './element.ts';
import { hasMidi, Keys, listenToMidi } from './keys.ts';
import type { Sound } from './sound.ts';

export interface ControlsHouse {
  readonly concert: Concert;
  readonly sound: Sound;
  readonly say: (address: string, ...args: readonly (number | string)[]) => boolean;
  readonly leaf: (by: number) => void;
}

/** How long a tapped note sounds. */
const tapped = 180; // ms
const tapVelocity = 80;
/** Long enough to be read twice; it lies over what stands there. */
const noticed = 8000; // ms
const asynchronyShown = (ms: number | null): string => (ms === null ? '–' : `${ms > 0 ? '+' : ms < 0 ? '−' : ''}${Math.abs(ms).toFixed(0)} ms`);

/** What all soloists have to play at one place. */
interface SoloMoment {
  readonly position: number;
  readonly notes: readonly { readonly pitch: number; readonly part: string }[];
}

export class Controls {
  readonly #house: ControlsHouse;
  readonly #keys: Keys;
  readonly #meters = new Map<string, HTMLMeterElement>();
  #score: PageScore | undefined;
  #solo: readonly SoloMoment[] = [];
  #noticeEnds: ReturnType<typeof setTimeout> | undefined;
  /** Where the next tapped note stands. */
  #tapFrom = -Infinity;

  constructor(house: ControlsHouse) {
    this.#house = house;
    const player = { press: (pitch: number, velocity: number) => void this.#press(pitch, velocity, this.#seat), release: (pitch: number) => void this.#release(pitch, this.#seat) };
    this.#keys = new Keys(element('keys'), player);
    this.#on('start', () => this.#say('/start'));
    this.#on('stop', () => this.#say('/stop'));
    this.#on('hold', () => this.#say(house.concert.state === 'holding' ? '/resume' : '/hold'));
    this.#on('panic', () => {
      house.sound.silence();
      this.#say('/panic');
    });
    this.#on('sound', () => void house.sound.turn(!house.sound.on).then(() => pressed('sound', house.sound.on)));
    this.#on('tap', () => this.#tap());
    this.#on('play-keys', () => {
      this.#keys.on = !this.#keys.on;
      pressed('play-keys', this.#keys.on);
      if (this.#keys.on) this.notice('Play with the letters A to L; Z and X change the octave');
    });
    this.#on('tempo-free', () => this.#say('/tempo', 0));
    this.#on('loop-off', () => this.#say('/loop/off'));
    this.#on('theme', chooseOtherTheme);
    this.#on('midi', () => void listenToMidi(player).then((names) => this.notice(names.length === 0 ? 'No MIDI instrument is there' : `Listening to ${names.join(', ')}`), () => this.notice('The browser did not allow MIDI')));
    element('midi').hidden = !hasMidi();
    onSubmit('goto', () => this.#sayBars('/goto', 'goto-bar'));
    onSubmit('loop', () => this.#sayBars('/loop', 'loop-from', 'loop-to'));
    for (const name of ['countin', 'click']) element<HTMLInputElement>(name).addEventListener('change', (event) => this.#say(`/${name}`, (event.target as HTMLInputElement).checked ? 1 : 0));
    element<HTMLInputElement>('follow').addEventListener('input', (event) => this.#say('/follow', Number((event.target as HTMLInputElement).value)));
    element<HTMLInputElement>('tempo-set').addEventListener('change', (event) => this.#say('/tempo', Number((event.target as HTMLInputElement).value) || 0));
    for (const id of ['slowest', 'fastest']) element<HTMLInputElement>(id).addEventListener('change', () => this.#sayLimits());
    element<HTMLSelectElement>('marks').addEventListener('change', (event) => this.#say('/mark', (event.target as HTMLSelectElement).value));
    window.addEventListener('keydown', (event) => this.#keyDown(event));
    window.addEventListener('keyup', (event) => this.#keys.keyUp(event));
    chooseTheme(localStorage.getItem('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  }

  takeScore(score: PageScore): void {
    this.#score = score;
    const soloists = score.parts.filter((part) => part.role === 'solo');
    this.#meterEach(soloists);
    element('seat-label').hidden = soloists.length < 2;
    element('seat').replaceChildren(...soloists.map(({ id, name }) => new Option(name, id)));
    const marks = element<HTMLSelectElement>('marks');
    marks.replaceChildren(new Option('–', ''), ...score.marks.map(({ name }) => new Option(name, name)));
    element('marks-label').hidden = score.marks.length === 0;
    const moments = new Map<number, { pitch: number; part: string }[]>();
    for (const { id: part, notes } of soloists) for (const [, onset, duration, pitch] of notes) if (duration > 0) moments.set(onset, [...(moments.get(onset) ?? []), { pitch, part }]);
    this.#solo = [...moments].map(([position, notes]) => ({ position, notes })).sort((one, other) => one.position - other.position);
    element('parts').append(...score.parts.filter((part) => part.role === 'accompaniment').flatMap(({ id, name }) => this.#partControls(id, name, score)));
    this.refresh();
  }

  /** Of several soloists each has a meter of his own, in place of the one. */
  #meterEach(soloists: readonly { readonly id: string; readonly name: string }[]): void {
    if (soloists.length < 2) return;
    const only = element<HTMLMeterElement>('confidence');
    only.parentElement!.hidden = true;
    for (const { id, name } of soloists) {
      const meter = only.cloneNode() as HTMLMeterElement;
      meter.removeAttribute('id');
      const label = document.createElement('label');
      label.append(`${name} `, meter);
      only.parentElement!.before(label, ' ');
      this.#meters.set(id, meter);
    }
  }

  /** As the program has it, whoever set it. */
  refresh(): void {
    const { concert } = this.#house;
    const review = element<HTMLAnchorElement>('review');
    review.hidden = concert.review === null;
    if (concert.review !== null) review.href = addressOf(concert.review);
    element('hold').textContent = concert.state === 'holding' ? 'Go on' : 'Hold';
    element('state').textContent = concert.state === 'countin' ? 'count-in' : concert.state;
    element<HTMLInputElement>('follow').value = String(concert.follow);
    element('follow-value').textContent = `${(concert.follow * 100).toFixed(0)} %`;
    for (const [id, share] of [['slowest', concert.limits[0]], ['fastest', concert.limits[1]]] as const) setUnlessTyping(id, String(Math.round(share * 100)));
    element<HTMLInputElement>('countin').checked = concert.countIn;
    element<HTMLInputElement>('click').checked = concert.click;
    this.#showLoop();
    setUnlessTyping('tempo-set', concert.tempo === 0 ? '' : concert.tempo.toFixed(0));
    for (const box of document.querySelectorAll<HTMLInputElement>('#parts input')) box.checked = !concert.muted.has(box.value);
  }

  #showLoop(): void {
    const { loop } = this.#house.concert;
    const bars = this.#score?.bars ?? [];
    const at = (position: number): string => bars.findLast((bar) => bar.position <= position + 1e-6)?.number ?? '';
    setUnlessTyping('loop-from', loop === null ? '' : at(loop[0]));
    setUnlessTyping('loop-to', loop === null ? '' : at(loop[1] - 1e-3));
    pressed('loop-on', loop !== null);
  }

  /** Bar, beat, tempo and the rest of the headline. */
  place(position: number): void {
    const { concert } = this.#house;
    const bars = this.#score!.bars;
    let index = bars.findLastIndex((bar) => bar.position <= position + 1e-6);
    if (index < 0) index = 0;
    text('bar', bars[index]!.number);
    text('beat', String(Math.max(1, 1 + Math.floor(position - bars[index]!.position + 1e-6))));
    text('bpm', concert.transport.bpm.toFixed(0));
    text('asynchrony', asynchronyShown(concert.asynchronyMs));
    text('state', concert.state === 'countin' ? 'count-in' : concert.state);
    element<HTMLMeterElement>('confidence').value = concert.confidence;
    for (const [part, meter] of this.#meters) meter.value = concert.confidences.get(part) ?? 0;
  }

  goTo(position: number): void {
    const bar = this.#score?.bars.findLast((one) => one.position <= position + 1e-6);
    if (bar === undefined) return;
    this.#tapFrom = bar.position;
    this.#say('/goto', barArgument(bar.number), 1, bar.pass);
  }

  connected(open: boolean): void {
    this.notice(open ? '' : 'Not connected; trying again', true);
    if (open) for (const name of ['in', 'out']) this.#house.say('/latency', name);
  }

  replied(address: string, args: readonly (number | string)[]): void {
    if (address === '/unavailable') return this.notice(`${String(args[0]).slice(1)} is ${String(args[1])}`);
    if (address !== '/latency.reply') return;
    const line = element('latencies');
    const entry = `${String(args[0])}: ${Number(args[1]).toFixed(0)} ms`;
    if (!(line.textContent ?? '').includes(entry)) line.textContent = `${line.textContent === '' ? 'Delay of ports: ' : `${line.textContent ?? ''}, `}${entry}`;
  }

  /** @param lasting it holds until something else is said */
  notice(message: string, lasting = false): void {
    text('notice', message);
    clearTimeout(this.#noticeEnds);
    if (!lasting) this.#noticeEnds = setTimeout(() => text('notice', ''), noticed);
  }

  #say(address: string, ...args: readonly (number | string)[]): void {
    this.notice(this.#house.say(address, ...args) ? '' : 'Not connected');
  }

  /** In per cent of the printed tempo here, as shares over the wire. */
  #sayLimits(): void {
    const [slowest, fastest] = ['slowest', 'fastest'].map((id) => Number(element<HTMLInputElement>(id).value) / 100) as [number, number];
    if (slowest >= 0.05 && slowest <= 1 && fastest >= 1 && fastest <= 20) return this.#say('/tempo/limits', slowest, fastest);
    this.notice('Slowest is 5 to 100 %, fastest 100 to 2000 % of the printed tempo');
    this.refresh();
  }

  /** Any hand is a soloist, or all of them: each tap plays what is written next. */
  #tap(): void {
    const { concert } = this.#house;
    const from = Math.max(this.#tapFrom, concert.state === 'waiting' ? concert.transport.position - 1e-6 : -Infinity);
    const next = this.#solo.find(({ position }) => position >= from - 1e-6);
    if (next === undefined) return this.notice('You have nothing more to play');
    this.#tapFrom = next.position + 1e-3;
    for (const { pitch, part } of next.notes) {
      this.#press(pitch, tapVelocity, part);
      setTimeout(() => this.#release(pitch, part), tapped);
    }
  }

  /** Whose the keys are, where several soloists are followed. */
  get #seat(): string {
    return element<HTMLSelectElement>('seat').value;
  }

  #press(pitch: number, velocity: number, part: string): void {
    this.#house.say('/onset', pitch, velocity, ...(this.#meters.size > 1 ? [0, part] : []));
  }

  #release(pitch: number, part: string): void {
    this.#house.say('/offset', pitch, ...(this.#meters.size > 1 ? [0, part] : []));
  }

  /** A bar that there is not is told at once: the program would only count it. */
  #sayBars(address: string, ...fields: readonly string[]): void {
    const bars = this.#score?.bars ?? [];
    const wanted = fields.map((id) => element<HTMLInputElement>(id).value.trim());
    const unknown = wanted.find((number) => bars.every((bar) => bar.number !== number));
    if (unknown === undefined) return this.#say(address, ...wanted.map(barArgument));
    this.notice(unknown === '' ? 'Which bar?' : `There is no bar ${unknown}: they are ${bars[0]?.number ?? ''} to ${bars.at(-1)?.number ?? ''}`);
  }

  #keyDown(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'range' && event.target.type !== 'checkbox';
    if (typing || event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey) return;
    // These know themselves what their key means.
    const onButton = event.target instanceof HTMLElement && event.target.matches('button, summary, a, input[type="checkbox"]');
    if (event.key === ' ' && !onButton) this.#say(this.#house.concert.state === 'playing' ? '/hold' : this.#house.concert.state === 'holding' ? '/resume' : '/start');
    else if (event.key === 'Enter' && !onButton) this.#tap();
    else if (event.key === 'Escape') this.#say('/panic');
    // Pedals for turning pages send these.
    else if (event.key === 'PageDown' || (event.key === 'ArrowRight' && !(event.target instanceof HTMLInputElement))) this.#house.leaf(1);
    else if (event.key === 'PageUp' || (event.key === 'ArrowLeft' && !(event.target instanceof HTMLInputElement))) this.#house.leaf(-1);
    else if (!this.#keys.keyDown(event)) return;
    event.preventDefault();
  }

  #partControls(id: string, name: string, score: PageScore): readonly HTMLElement[] {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: id, checked: true });
    box.addEventListener('change', () => this.#say('/mute', id, box.checked ? 0 : 1));
    label.append(box, ` ${name}`);
    const others = score.parts.filter((part) => part.role === 'accompaniment');
    if (others.length < 2) return [label];
    const alone = Object.assign(document.createElement('button'), { type: 'button', textContent: `Only ${name}` });
    alone.addEventListener('click', () => {
      for (const part of others) this.#say('/mute', part.id, part.id === id ? 0 : 1);
    });
    return [label, alone];
  }

  #on(id: string, act: () => void): void {
    element(id).addEventListener('click', act);
  }
}

function onSubmit(id: string, act: () => void): void {
  element(id).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}

/** Written only where it changed: a screen reader need not hear sixty times a second that nothing did. */
function text(id: string, content: string): void {
  const target = element(id);
  if (target.textContent !== content) target.textContent = content;
}

/** What somebody is typing is not taken from under his fingers. */
function setUnlessTyping(id: string, value: string): void {
  const input = element<HTMLInputElement>(id);
  if (document.activeElement !== input) input.value = value;
}

const pressed = (id: string, on: boolean): void => element(id).setAttribute('aria-pressed', String(on));
const barArgument = (bar: string): number | string => (/^-?\d{1,9}$/.test(bar.trim()) ? Number(bar) : bar.trim());

function chooseTheme(theme: string): void {
  document.documentElement.dataset['theme'] = theme;
  window.dispatchEvent(new Event('themechange'));
}
function chooseOtherTheme(): void {
  const theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', theme);
  chooseTheme(theme);
}
