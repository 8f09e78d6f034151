import { expect } from 'chai';
import { readFileSync, readdirSync } from 'node:fs';
import { z } from 'zod';

// Max cannot be run here. What can be checked without it is checked: that each file is a patcher, that every wire leads
// from an outlet there is to an inlet there is, and that every message is one that Colla Parte knows.

const root = new URL('../../../', import.meta.url);
const folder = new URL('patches/max/', root);

const rect = z.array(z.number()).length(4);
const box = z.looseObject({
  id: z.string(), maxclass: z.string(), numinlets: z.int().min(0), numoutlets: z.int().min(0), patching_rect: rect, text: z.string().optional(), index: z.int().optional(),
  outlettype: z.array(z.string()).optional(), presentation: z.int().optional(), presentation_rect: rect.optional(), varname: z.string().optional(),
});
const end = z.tuple([z.string(), z.int().min(0)]);
const patch = z.object({
  patcher: z.looseObject({
    fileversion: z.literal(1), rect, openinpresentation: z.int().optional(), devicewidth: z.number().optional(),
    boxes: z.array(z.object({ box })), lines: z.array(z.object({ patchline: z.object({ source: end, destination: end }) })),
  }),
});
type Box = z.infer<typeof box>;

const names = readdirSync(folder).filter((name) => name.endsWith('.maxpat')).map((name) => name.slice(0, -'.maxpat'.length));
const read = (name: string) => patch.parse(JSON.parse(readFileSync(new URL(`${name}.maxpat`, folder), 'utf8'))).patcher;
const boxesOf = (name: string): readonly Box[] => read(name).boxes.map(({ box: one }) => one);

/** Inlets and outlets as Max 8 has them. Where arguments decide, their number without attributes is `n`. */
const objects: Readonly<Record<string, (n: number, text: string) => readonly [number, number]>> = {
  '*~': () => [2, 1], '+': () => [2, 1], '/': () => [2, 1], '==': () => [2, 1], 'adc~': (n) => [1, Math.max(1, n)], 'adsr~': () => [5, 4], atodb: () => [1, 1], change: () => [1, 3], clip: () => [3, 1],
  ctlin: (n) => [1, 3 - n], expr: (_n, text) => [inletsOf(text), 1], float: () => [2, 1], ftom: () => [1, 1], 'fzero~': () => [1, 3], gate: () => [2, 1], if: (_n, text) => [inletsOf(text), 1], in: () => [0, 1], int: () => [2, 1],
  'live.thisdevice': () => [1, 3], 'lores~': () => [3, 1], metro: () => [2, 1], midiformat: () => [7, 2], midiin: () => [1, 1], midiout: () => [1, 0], midiparse: () => [1, 8], mtof: () => [1, 1],
  notein: () => [1, 3], noteout: () => [3, 0], 'out~': () => [1, 0], pack: (n) => [n, 1], patcherargs: () => [1, 2], 'poly~': () => [1, 1], prepend: () => [1, 1], print: () => [1, 0], route: (n) => [n + 1, n + 1],
  'saw~': () => [2, 1], sel: (n) => [n === 1 ? 2 : 1, n + 1], t: (n) => [1, n], 'thispoly~': () => [1, 2], timer: () => [2, 2], udpreceive: () => [1, 1], udpsend: () => [1, 0], unpack: (n) => [1, n],
  'zl.slice': () => [2, 2], 'zl.stream': () => [2, 2],
};
const faces: Readonly<Record<string, readonly [number, number]>> = {
  comment: [1, 0], message: [2, 1], number: [1, 2], flonum: [1, 2], toggle: [1, 1], inlet: [0, 1], outlet: [1, 0], 'ezdac~': [2, 0], 'live.numbox': [1, 2], 'live.text': [1, 2],
};

function inletsOf(text: string): number {
  return Math.max(1, ...[...text.matchAll(/\$[if](\d)/g)].map(([, number]) => Number(number)));
}

/** A patch of ours inside a patch has the inlets and outlets that stand in its file. */
function usual(one: Box): readonly [number, number] | undefined {
  if (one.maxclass !== 'newobj') return faces[one.maxclass];
  const [name = '', ...words] = (one.text ?? '').split(' ');
  if (names.includes(name)) return [boxesOf(name).filter(({ maxclass }) => maxclass === 'inlet').length, boxesOf(name).filter(({ maxclass }) => maxclass === 'outlet').length];
  const attributes = words.findIndex((word) => word.startsWith('@'));
  return objects[name]?.(attributes < 0 ? words.length : attributes, one.text ?? '');
}

/** All the addresses of the table in `docs/osc.md`. */
function knownAddresses(): ReadonlySet<string> {
  const rows = readFileSync(new URL('docs/osc.md', root), 'utf8').split('\n').filter((line) => line.startsWith('| `/'));
  return new Set(rows.flatMap((row) => row.split('|')[1]!.match(/\/[a-z/.]+/g) ?? []));
}

describe('the patches for Max', () => {
  for (const name of ['collaparte', 'listener~', 'player~', 'voice~', 'panel', 'collaparte-live']) {
    it(`lead every wire of ${name} from an outlet to an inlet, and leave no object alone`, () => {
      const { boxes, lines } = read(name);
      const byId = new Map(boxes.map(({ box: one }) => [one.id, one]));
      expect(byId.size, 'ids that differ').to.equal(boxes.length);
      const wired = new Set<string>();
      for (const { patchline: { source, destination } } of lines) {
        const what = `${byId.get(source[0])?.text ?? source[0]} outlet ${source[1]} to ${byId.get(destination[0])?.text ?? destination[0]} inlet ${destination[1]}`;
        expect(byId.get(source[0])?.numoutlets ?? 0, what).to.be.above(source[1]);
        expect(byId.get(destination[0])?.numinlets ?? 0, what).to.be.above(destination[1]);
        wired.add(source[0]).add(destination[0]);
      }
      expect(new Set(lines.map((line) => JSON.stringify(line))).size, 'wires that differ').to.equal(lines.length);
      expect(boxes.filter(({ box: { id, maxclass } }) => maxclass !== 'comment' && !wired.has(id)).map(({ box: { text } }) => text)).to.deep.equal([]);
    });

    it(`give each object of ${name} the inlets and outlets that it has in Max`, () => {
      for (const one of boxesOf(name)) {
        const what = `${one.maxclass} ${one.text ?? ''}`;
        expect([one.numinlets, one.numoutlets], what).to.deep.equal(usual(one));
        expect(one.outlettype?.length ?? 0, what).to.equal(one.numoutlets);
      }
    });

    it(`say and hear in ${name} only what Colla Parte understands or says`, () => {
      const known = knownAddresses();
      expect(known).to.include('/onset').and.to.include('/tempo/now').and.to.include('/loop/off');
      const used = boxesOf(name).filter(({ maxclass }) => maxclass === 'newobj' || maxclass === 'message').flatMap(({ text }) => (text ?? '').match(/(?<=^| )\/[a-z/.]+/g) ?? []);
      expect(used.filter((address) => !known.has(address))).to.deep.equal([]);
    });
  }

  it('are all looked at', () => {
    expect(names.toSorted()).to.deep.equal(['collaparte', 'collaparte-live', 'listener~', 'panel', 'player~', 'voice~']);
  });

  it('number their inlets and outlets from one', () => {
    for (const name of names) {
      for (const kind of ['inlet', 'outlet']) {
        const numbers = boxesOf(name).flatMap(({ maxclass, index }) => (maxclass === kind ? [index] : []));
        expect(numbers.toSorted(), `${name} ${kind}`).to.deep.equal(numbers.map((_, i) => i + 1));
      }
    }
  });

  it('fit into the height and width of a device in Live, and name each parameter once', () => {
    const { openinpresentation, devicewidth } = read('collaparte-live');
    expect(openinpresentation).to.equal(1);
    const boxes = boxesOf('collaparte-live');
    const shown = boxes.filter(({ presentation }) => presentation === 1);
    expect(shown.length).to.be.above(10);
    for (const { presentation_rect: [x, y, width, height] = [0, 0, 0, 0], text } of shown) {
      expect(x! + width!, text).to.be.at.most(devicewidth!);
      expect(y! + height!, text).to.be.at.most(169);
    }
    const parameters = boxes.flatMap(({ maxclass, varname }) => (maxclass.startsWith('live.') ? [varname] : []));
    expect(new Set(parameters).size).to.equal(parameters.length).and.to.equal(3);
  });
});
