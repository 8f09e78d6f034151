/** Our own ids into the text of a MusicXML file before it is engraved, so that the page and the score mean the same note. */

/** Comments and CDATA are stepped over: what looks like a note in there is none. */
const noteOrSkipped = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<note(?=[\s/>])([^>]*)>/g;

/** Every `note` gains the id that `readMusicXml` gives it, in place of its own: "n1", "n2", ... in the order of the file. */
export function withEngravingIds(xml: string): string {
  let count = 0;
  return xml.replace(noteOrSkipped, (whole: string, attributes: string | undefined) => {
    if (attributes === undefined) return whole;
    count += 1;
    return `<note id="n${count}"${attributes.replace(/\sid\s*=\s*("[^"]*"|'[^']*')/, '')}>`;
  });
}
