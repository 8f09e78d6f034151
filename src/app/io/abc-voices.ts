/**
 * ABC with several voices, taken apart: Verovio would write them one behind the other, so each is read as a tune of its
 * own. What stands in the head is said to all of them, and so is what changes in mid-tune before any voice is named.
 */
/** "[CE]4" is "[C4E4]", but Verovio reads over a length that stands behind a chord. */
export function chordsSpeltOut(text: string): string {
  return text.replace(/^(?![A-Za-z]:|%).*$/gm, (line) =>
    line.replace(/\[([_^=A-Ga-g,'\d/]+)\](\d+\/*\d*|\/+\d*)/g, (_, notes: string, length: string) => `[${notes.replace(/[_^=]*[A-Ga-g][,']*(?![,'\d/])/g, `$&${length}`)}]`),
  );
}

/** How a text over a note begins that stands for hairpins; behind it "<(", "<)", ">(" or ">)", one after the other. */
export const hairpinText = 'hairpin ';
const hairpinSign = /!(crescendo|diminuendo|[<>])([()])!/g;
/** Everything that may stand before a note and is none: decorations, quoted texts, grace notes, blanks. */
const beforeNote = /(?:![^!\s]+!|"[^"]*"|\{[^}]*\}|\s)+/g;

/** Verovio reads over hairpins, but not over texts: those that begin or end at a note become the text next to it. */
export function hairpinsAsTexts(text: string): string {
  return text.replace(/^(?![A-Za-z]:|%).*$/gm, (line) =>
    line.replace(beforeNote, (before) => {
      const signs = [...before.matchAll(hairpinSign)].map(([, form, side]) => (form === 'crescendo' ? '<' : form === 'diminuendo' ? '>' : form!) + side!);
      return signs.length === 0 ? before : `${before.replaceAll(hairpinSign, '')}"${hairpinText}${signs.join(' ')}"`;
    }),
  );
}

export interface AbcVoice {
  /** As the tune calls it: its name, or else its id. */
  readonly name: string;
  readonly tune: string;
}

/** @returns in the order of their first appearance; one, with the text as it is, where no voices are named */
export function voicesOf(text: string): readonly AbcVoice[] {
  const lines = text.split(/\r?\n/);
  const key = lines.findIndex((line) => /^K:/.test(line));
  const head = lines.slice(0, key + 1).filter((line) => !/^V:|^%%(score|staves)/.test(line));
  const voices = new Map<string, { name: string; readonly body: string[] }>();
  const common: string[] = [];
  /** @param said what stands behind "V:" */
  const voiceCalled = (said: string, before: string[]): string[] => {
    const id = /^\s*(\S+)/.exec(said)?.[1];
    if (id === undefined) return before;
    const known = voices.get(id) ?? { name: id, body: [...common] };
    voices.set(id, known);
    known.name = /\b(?:name|nm)\s*=\s*"([^"]+)"/.exec(said)?.[1] ?? known.name;
    return known.body;
  };
  for (const line of lines.slice(0, key + 1)) if (line.startsWith('V:')) voiceCalled(line.slice(2), common);
  let current: string[] = voices.values().next().value?.body ?? common;
  for (const line of lines.slice(key + 1)) {
    if (line.startsWith('V:')) current = voiceCalled(line.slice(2), current);
    else if (/^\[V:/.test(line) || (!/^[A-Za-z]:/.test(line) && line.includes('[V:'))) {
      for (const piece of line.split(/(?=\[V:)/)) {
        const named = /^\[V:([^\]]*)\](.*)$/.exec(piece);
        if (named !== null) current = voiceCalled(named[1]!, current);
        current.push(named === null ? piece : named[2]!);
      }
    } else current.push(line);
  }
  if (voices.size < 2) return [{ name: '', tune: text }];
  return [...voices.values()].filter(({ body }) => body.some((line) => line.trim() !== '')).map(({ name, body }) => ({ name, tune: [...head, ...body, ''].join('\n') }));
}
