/**
 * XML into a tree of elements, without the ones a player has no use for. A document type is read over and never
 * followed: no entity is fetched or expanded beyond the five of XML itself.
 */
import { SaxesParser } from 'saxes';
import { UserFault } from '../../../core/contract/faults.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, white space at the ends removed. */
  readonly text: string;
  readonly line: number;
  /** Running count of elements of this kind from the beginning of the file, from 1; 0 for elements that are not counted. */
  readonly count: number;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** The part of MusicXML that says how the page looks. */
const engraving = new Set([
  'print', 'credit', 'beam', 'stem', 'accidental', 'slur', 'tuplet', 'notehead', 'identification', 'appearance', 'scaling', 'page-layout',
  'system-layout', 'staff-layout', 'music-font', 'word-font', 'lyric-font', 'lyric-language', 'text', 'syllabic', 'extend', 'elision', 'staff-details',
  'clef', 'bracket', 'dashes', 'harmony', 'figured-bass', 'part-group', 'octave-shift', 'midi-device', 'measure-style', 'fingering', 'string', 'footnote', 'level',
]);

/**
 * @param counted  name of the elements to count
 * @param leftOut  elements of no use, with all that they hold
 * @throws UserFault with line and column when the text is not well-formed
 */
export function parseXml(text: string, source: string, counted: string, leftOut: ReadonlySet<string> = engraving): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let skipped = 0;
  let count = 0;
  parser.on('error', (fault) => {
    const rule = fault.message.replace(/^\d+:\d+:\s*/, '').replace(/\.$/, '');
    throw new UserFault(source, `line ${parser.line}, column ${parser.columnIndex + 1}`, `is not well-formed XML: ${rule}`, undefined, { cause: fault });
  });
  parser.on('opentag', (tag) => {
    if (skipped > 0 || leftOut.has(tag.name)) {
      skipped += 1;
      return;
    }
    open.push({ name: tag.name, attributes: tag.attributes, children: [], text: '', line: parser.line, count: tag.name === counted ? ++count : 0 });
  });
  parser.on('text', (content) => {
    const element = open.at(-1);
    if (skipped === 0 && element !== undefined) element.text += content;
  });
  parser.on('closetag', () => {
    if (skipped > 0) {
      skipped -= 1;
      return;
    }
    const element = open.pop()!;
    element.text = element.text.trim();
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(text).close();
  if (root === undefined) throw new UserFault(source, '', 'must be MusicXML, but has no elements');
  return root;
}

export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

export function textOf(element: XmlElement | undefined, name: string): string {
  return child(element, name)?.text ?? '';
}

/** The number in a child; undefined when there is none, or it is no number. */
export function numberIn(element: XmlElement | undefined, name: string): number | undefined {
  return numberFrom(child(element, name)?.text);
}

export function numberFrom(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
