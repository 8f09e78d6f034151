import { expect } from 'chai';
import { readMusicXml } from '../../src/app/io/musicxml.ts';
import { withEngravingIds } from '../../src/app/io/musicxml/engraving-ids.ts';
import type { WrittenScore } from '../../src/app/io/written-score.ts';
import { UserFault } from '../../src/core/contract/faults.ts';
import { unfold } from '../../src/core/music/route.ts';
import type { Score, ScoreNote } from '../../src/core/music/score.ts';
import { bpmOf } from '../../src/core/music/units.ts';

/** Four divisions a quarter, 4/4, unless a measure says otherwise. */
const attributes = '<attributes><divisions>4</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>';
const partList = (...names: string[]): string => `<part-list>${names.map((name, i) => `<score-part id="P${i + 1}"><part-name>${name}</part-name></score-part>`).join('')}</part-list>`;
const measure = (number: string, body: string, more = ''): string => `<measure number="${number}"${more}>${body}</measure>`;
const document = (...parts: readonly (readonly string[])[]): string =>
  `<?xml version="1.0"?><score-partwise>${partList(...parts.map((_, i) => `Part ${i + 1}`))}${parts.map((measures, i) => `<part id="P${i + 1}">${measures.join('')}</part>`).join('')}</score-partwise>`;
/** A note: "C4" and a duration in divisions, with anything else inside. */
const note = (name: string, duration: number, more = ''): string =>
  `<note>${more.includes('<chord/>') ? '<chord/>' : ''}<pitch><step>${name[0]!}</step>${name.includes('#') ? '<alter>1</alter>' : ''}<octave>${name.at(-1)!}</octave></pitch><duration>${duration}</duration>${more.replace('<chord/>', '')}</note>`;
const grace = (name: string): string => `<note><grace/><pitch><step>${name[0]!}</step><octave>${name.at(-1)!}</octave></pitch></note>`;
const rest = (duration: number, more = ''): string => `<note><rest/><duration>${duration}</duration>${more}</note>`;
const words = (text: string, sound = ''): string => `<direction><direction-type><words>${text}</words></direction-type>${sound}</direction>`;
const barline = (location: string, body: string): string => `<barline location="${location}">${body}</barline>`;

const read = (xml: string): WrittenScore => readMusicXml(Buffer.from(xml), 'x.xml');
const scoreOf = (...parts: readonly (readonly string[])[]): Score => read(document(...parts)).score;
const notesOf = (score: Score, part = 0): ScoreNote[] => score.parts[part]!.onsets.flatMap((onset) => [...onset.notes]);
const places = (score: Score, part = 0): (readonly number[])[] => notesOf(score, part).map((one) => [one.onset, one.pitch, one.duration]);

describe('MusicXML', () => {
  it('puts notes one after the other, chords together, and voices beside each other', () => {
    const score = scoreOf([measure('1', attributes + note('C4', 4) + note('E4', 4, '<chord/>') + note('D4', 12) + '<backup><duration>16</duration></backup><forward><duration>8</duration></forward>' + note('G3', 8, '<voice>2</voice>'))]);
    expect(places(score)).to.deep.equal([[0, 60, 1], [0, 64, 1], [1, 62, 3], [2, 55, 2]]);
    expect(notesOf(score).map((one) => one.voice).at(-1)).to.equal(2);
  });

  it('gives notes that begin together one number, however finely their parts are divided', () => {
    const thirds = '<attributes><divisions>3</divisions><time><beats>1</beats><beat-type>4</beat-type></time></attributes>' + note('C4', 1) + note('D4', 1) + note('E4', 1);
    const many = '<attributes><divisions>480</divisions></attributes>' + note('C4', 160) + note('D4', 160) + note('E4', 160);
    const bars = (first: string, rest1: string): string[] => Array.from({ length: 40 }, (_, i) => measure(String(i + 1), i === 0 ? first : rest1));
    const plain = note('C4', 1) + note('D4', 1) + note('E4', 1);
    const fine = note('C4', 160) + note('D4', 160) + note('E4', 160);
    const score = scoreOf(bars(thirds, plain), bars(many, fine));
    expect(score.parts[0]!.onsets.map((onset) => onset.position)).to.deep.equal(score.parts[1]!.onsets.map((onset) => onset.position));
  });

  it('sets a pick-up before position 0, and counts bars as printed', () => {
    const score = scoreOf([measure('0', attributes + note('G4', 4), ' implicit="yes"'), measure('1', note('C5', 16)), measure('2', note('C5', 16))]);
    expect(places(score)[0]).to.deep.equal([-1, 67, 1]);
    expect(score.bars.map((bar) => [bar.position, bar.number])).to.deep.equal([[-1, '0'], [0, '1'], [4, '2']]);
    expect([score.start, score.end]).to.deep.equal([-1, 8]);
  });

  it('keeps its bars where the durations of a tuplet were rounded', () => {
    const septuplet = note('C4', 69).repeat(7) + note('C4', 480).repeat(3);
    const score = scoreOf([measure('1', attributes.replace('4', '480') + septuplet), measure('2', note('C5', 1920))]);
    expect(score.bars[1]!.position).to.equal(4);
    expect(places(score).at(-1)![0]).to.equal(4);
  });

  it('merges ties by pitch and place, across barlines and voices', () => {
    const tie = (type: string): string => `<tie type="${type}"/>`;
    const score = scoreOf([
      measure('1', attributes + note('C4', 16, tie('start')) + '<backup><duration>8</duration></backup>' + note('E4', 8, `${tie('start')}<voice>2</voice>`)),
      measure('2', note('C4', 4, tie('stop') + tie('start')) + note('C4', 4, tie('stop')) + note('C4', 8) + '<backup><duration>16</duration></backup>' + note('E4', 8, `${tie('stop')}<voice>3</voice>`)),
    ]);
    expect(places(score)).to.deep.equal([[0, 60, 6], [2, 64, 4], [6, 60, 2]]);
    expect(notesOf(score)[0]!.tiedFrom).to.deep.equal(['n3', 'n4']);
    expect(notesOf(score).map((one) => one.id)).to.deep.equal(['n1', 'n2', 'n5']);
  });

  it('leaves a tie alone that leads to nowhere', () => {
    const score = scoreOf([measure('1', attributes + note('C4', 4, '<tie type="start"/>') + note('D4', 4) + note('C4', 8, '<tie type="stop"/>'))]);
    expect(places(score)).to.deep.equal([[0, 60, 1], [1, 62, 1], [2, 60, 2]]);
  });

  it('sets grace notes where the note stands that they lean on, before it, without length', () => {
    const score = scoreOf([measure('1', attributes + note('C4', 4) + grace('E5') + grace('D5') + note('C4', 12))]);
    expect(notesOf(score).map((one) => [one.onset, one.pitch, one.duration, one.grace])).to.deep.equal([[0, 60, 1, false], [1, 76, 0, true], [1, 74, 0, true], [1, 60, 3, false]]);
  });

  it('leaves out cue notes and keeps their time', () => {
    const cue = '<note><cue/><pitch><step>C</step><octave>6</octave></pitch><duration>8</duration></note>';
    expect(places(scoreOf([measure('1', attributes + cue + note('C4', 8))]))).to.deep.equal([[2, 60, 2]]);
  });

  it('sounds transposing instruments as they sound', () => {
    const transposed = attributes.replace('</attributes>', '<transpose><chromatic>-2</chromatic><octave-change>-1</octave-change></transpose></attributes>');
    expect(places(scoreOf([measure('1', transposed + note('C5', 16))]))[0]![1]).to.equal(72 - 2 - 12);
  });

  it('takes an octave sign for a matter of engraving', () => {
    const shift = '<direction><direction-type><octave-shift type="down" size="8"/></direction-type></direction>';
    expect(places(scoreOf([measure('1', attributes + shift + note('C5', 16))]))[0]![1]).to.equal(72);
  });

  it('reads ornaments, articulations and arpeggios', () => {
    const notated = (body: string): string => note('C4', 4, `<notations>${body}</notations>`);
    const score = scoreOf([measure('1', attributes + notated('<ornaments><trill-mark/></ornaments>') + notated('<ornaments><tremolo type="single">3</tremolo></ornaments>') + notated('<arpeggiate/><articulations><staccato/><accent/></articulations>') + notated('<articulations><strong-accent/></articulations>'))]);
    expect(notesOf(score).map((one) => one.ornament)).to.deep.equal(['trill', 'tremolo', 'arpeggio', undefined]);
    expect(notesOf(score).map((one) => one.articulations)).to.deep.equal([undefined, undefined, ['staccato', 'accent'], ['marcato']]);
  });

  it('hears fermatas over notes, rests and barlines', () => {
    const hold = '<notations><fermata/></notations>';
    const score = scoreOf([measure('1', attributes + note('C4', 8, hold) + rest(8, hold)), measure('2', note('C4', 16) + barline('right', '<fermata/>'))]);
    expect(score.fermatas).to.deep.equal([0, 2, 8]);
    expect(notesOf(score).map((one) => one.fermata)).to.deep.equal([true, false]);
  });

  it('follows tempo: sounds, metronome marks with dots, and one note that becomes another', () => {
    const metronome = (body: string): string => `<direction><direction-type><metronome>${body}</metronome></direction-type></direction>`;
    const score = scoreOf([
      measure('1', attributes + words('Andante', '<sound tempo="80"/>') + note('C4', 16)),
      measure('2', metronome('<beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>60</per-minute>') + note('C4', 16)),
      measure('3', metronome('<beat-unit>half</beat-unit><per-minute>ca. 60</per-minute>') + note('C4', 16)),
      measure('4', metronome('<beat-unit>quarter</beat-unit><beat-unit>quarter</beat-unit><beat-unit-dot/>') + note('C4', 16)),
    ]);
    expect(score.tempoMarks.map((mark) => [mark.position, Math.round(bpmOf(mark.beatPeriod))])).to.deep.equal([[0, 80], [4, 90], [8, 120], [12, 180]]);
  });

  it('takes the usual words for a tempo where there is no number, and says so', () => {
    const { score, notes } = read(document([measure('1', attributes + words('Adagio molto') + note('C4', 16)), measure('2', words('dolce') + note('C4', 16))]));
    expect(score.tempoMarks.map((mark) => [mark.position, bpmOf(mark.beatPeriod)])).to.deep.equal([[0, 60]]);
    expect(notes).to.deep.equal(['tempo: "Adagio molto" is taken for 60 quarters a minute']);
  });

  it('turns dynamics into velocity, hairpins into slopes, and sforzati into single accents', () => {
    const mark = (name: string): string => `<direction><direction-type><dynamics><${name}/></dynamics></direction-type></direction>`;
    const wedge = (type: string): string => `<direction><direction-type><wedge type="${type}"/></direction-type></direction>`;
    const score = scoreOf([
      measure('1', attributes + mark('p') + note('C4', 8) + mark('sfz') + note('C4', 4) + note('C4', 4)),
      measure('2', wedge('crescendo') + note('C4', 4) + note('C4', 4) + note('C4', 4) + note('C4', 4) + wedge('stop')),
      measure('3', mark('f') + note('C4', 16)),
    ]);
    const velocities = notesOf(score).map((one) => one.velocity);
    expect(velocities.slice(0, 3)).to.deep.equal([49, 112, 49]);
    expect(velocities[7]).to.equal(96);
    for (let i = 3; i < 7; i++) expect(velocities[i + 1]).to.be.greaterThan(velocities[i]!);
  });

  it('reads pedal, program, channel and volume', () => {
    const pedal = (type: string): string => `<direction><direction-type><pedal type="${type}"/></direction-type></direction>`;
    const xml = document([measure('1', attributes + pedal('start') + note('C4', 8) + pedal('change') + note('C4', 8) + pedal('stop'))]).replace(
      '</score-part>',
      '<midi-instrument id="I"><midi-channel>3</midi-channel><midi-program>41</midi-program><volume>50</volume></midi-instrument></score-part>',
    );
    const [part] = read(xml).score.parts;
    expect(part!.channel).to.equal(2);
    expect(part!.controls.map((control) => (control.type === 'program' ? ['program', control.position, control.program] : [control.controller, control.position, control.value]))).to.deep.equal([
      ['program', 0, 40], [7, 0, 64], [64, 0, 127], [64, 2, 0], [64, 2, 127], [64, 4, 0],
    ]);
  });

  it('plays percussion on its own keys and channel', () => {
    const drum = '<note><unpitched><display-step>E</display-step><display-octave>4</display-octave></unpitched><duration>16</duration><instrument id="P1-I39"/></note>';
    const xml = document([measure('1', attributes + drum)]).replace('</score-part>', '<midi-instrument id="P1-I39"><midi-channel>10</midi-channel><midi-unpitched>39</midi-unpitched></midi-instrument></score-part>');
    expect(read(xml).score.parts[0]!.channel).to.equal(9);
    expect(places(read(xml).score)).to.deep.equal([[0, 38, 4]]);
  });

  it('knows keys, meters, rehearsal marks and words under the notes', () => {
    const rehearsal = '<direction><direction-type><rehearsal>B</rehearsal></direction-type></direction>';
    const { score, sung } = read(
      document(
        [measure('1', attributes.replace('<time>', '<key><fifths>-3</fifths></key><time>') + note('C4', 16, '<lyric><text>la</text></lyric>')), measure('2', `<attributes><time><beats>3+2</beats><beat-type>8</beat-type></time></attributes>${rehearsal}${note('C4', 10)}`)],
        [measure('1', attributes + note('C3', 16)), measure('2', note('C3', 10))],
      ),
    );
    expect(score.keys).to.deep.equal([{ position: 0, fifths: -3 }]);
    expect(score.meters).to.deep.equal([{ position: 0, numerator: 4, denominator: 4 }, { position: 4, numerator: 5, denominator: 8 }]);
    expect(score.marks).to.deep.equal([{ position: 4, name: 'B' }]);
    expect(score.end).to.equal(6.5);
    expect([...sung]).to.deep.equal(['part-1']);
  });

  it('reads the same score from measures with parts in them', () => {
    const partwise = document([measure('1', attributes + note('C4', 16)), measure('2', note('D4', 16))], [measure('1', attributes + note('C3', 16)), measure('2', note('D3', 16))]);
    const timewise = `<score-timewise>${partList('Part 1', 'Part 2')}<measure number="1"><part id="P1">${attributes}${note('C4', 16)}</part><part id="P2">${attributes}${note('C3', 16)}</part></measure><measure number="2"><part id="P1">${note('D4', 16)}</part><part id="P2">${note('D3', 16)}</part></measure></score-timewise>`;
    const one = read(partwise).score;
    const other = read(timewise).score;
    expect([places(other), places(other, 1), other.bars]).to.deep.equal([places(one), places(one, 1), one.bars]);
  });

  describe('and its signs', () => {
    /** The printed numbers of the bars in the order they are played; a bar holds one whole note and what is given. */
    const played = (...bars: readonly string[]): string => {
      const { score } = read(document(bars.map((body, index) => measure(String(index + 1), (index === 0 ? attributes : '') + body + (body.includes('<!--end-->') ? '' : note('C4', 16))))));
      return unfold(score).bars.map((bar) => bar.number).join(' ');
    };
    const forward = barline('left', '<repeat direction="forward"/>');
    const backward = (more = ''): string => note('C4', 16) + barline('right', `${more}<repeat direction="backward"/>`) + '<!--end-->';
    const startEnding = (number: string): string => barline('left', `<ending number="${number}" type="start"/>`);
    const stopEnding = (number: string): string => `<ending number="${number}" type="stop"/>`;

    it('repeats from the sign, from the last repeat, or from the beginning', () => {
      expect(played('', backward(), '', backward(), forward, backward())).to.equal('1 2 1 2 3 4 3 4 5 6 5 6');
    });
    it('takes first, second and third endings', () => {
      expect(played('', startEnding('1, 2') + backward(stopEnding('1, 2')), `${startEnding('3')}${note('C4', 16)}${barline('right', stopEnding('3'))}<!--end-->`, '')).to.equal('1 2 1 2 1 3 4');
      expect(played('', startEnding('1') + backward(stopEnding('1')), `${startEnding('2')}${note('C4', 16)}${barline('right', '<ending number="2" type="discontinue"/>')}<!--end-->`, '')).to.equal('1 2 1 3 4');
    });
    it('repeats as often as it is told', () => {
      expect(played(note('C4', 16) + barline('right', '<repeat direction="backward" times="3"/>') + '<!--end-->', '')).to.equal('1 1 1 2');
    });
    it('goes da capo al fine, by sound or by word', () => {
      expect(played('', words('', '<sound fine="yes"/>'), '', words('', '<sound dacapo="yes"/>'))).to.equal('1 2 3 4 1 2');
      expect(played('', words('Fine'), '', words('D.C. al Fine'))).to.equal('1 2 3 4 1 2');
    });
    it('goes dal segno al coda, by sound or by sign', () => {
      const sign = (name: string, sound: string): string => `<direction><direction-type><${name}/></direction-type><sound ${sound}/></direction>`;
      expect(played('', sign('segno', 'segno="s"'), words('To Coda', '<sound tocoda="c"/>'), words('D.S.', '<sound dalsegno="s"/>'), sign('coda', 'coda="c"'))).to.equal('1 2 3 4 2 3 5');
      const silent = (name: string): string => `<direction><direction-type><${name}/></direction-type></direction>`;
      expect(played('', silent('segno'), words('To Coda'), words('D.S. al Coda'), silent('coda'))).to.equal('1 2 3 4 2 3 5');
    });
    it('stays within the movement', () => {
      // Two movements: the second, bars 1 to 3, ends with a da capo to its own beginning and not to that of the piece.
      const bar = (number: string, body = ''): string => measure(number, body + note('C4', 16));
      const { score, movements } = read(document([bar('1', attributes), bar('2'), bar('3'), bar('1'), bar('2', words('Fine')), bar('3', words('D.C.')), bar('1'), bar('2')]));
      expect(movements).to.deep.equal([0, 12, 24]);
      expect(unfold(score).bars.map((one) => one.number).join(' ')).to.equal('1 2 3 1 2 3 1 2 1 2');
    });
    it('says which sign leads nowhere', () => {
      const { notes, score } = read(document([measure('1', `${attributes}<direction><direction-type><words>D.S.</words></direction-type></direction>${note('C4', 16)}`)]));
      expect(notes).to.include('bar 1: dal segno, but there is no segno before it: ignored');
      expect(score.jumps).to.deep.equal([]);
    });
  });

  it('writes its ids into the file for whoever engraves it', () => {
    const xml = '<a><!-- <note> --><note default-x="1" id="old"><rest/></note><notehead/><note/></a>';
    expect(withEngravingIds(xml)).to.equal('<a><!-- <note> --><note id="n1" default-x="1"><rest/></note><notehead/><note id="n2"/></a>');
  });

  it('reads UTF-16, Latin-1, and UTF-8 that calls itself UTF-16', () => {
    const xml = document([measure('1', attributes + note('C4', 16))]).replace('Part 1', 'Flöte');
    const utf16 = Buffer.from(`\ufeff${xml}`, 'utf16le');
    const latin1 = Buffer.from(xml.replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"'), 'latin1');
    const misnamed = Buffer.from(xml.replace('version="1.0"', 'version="1.0" encoding="UTF-16"'));
    for (const bytes of [utf16, latin1, misnamed]) expect(readMusicXml(bytes, 'x.xml').score.parts[0]!.name).to.equal('Flöte');
  });

  const whole = document([measure('1', attributes + note('C4', 16))]);
  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['is cut short', whole.slice(0, 300), /^x\.xml: line 1, column \d+ is not well-formed XML: .+$/],
    ['closes what it never opened', '<score-partwise>\n  <part></measure>\n</score-partwise>', /^x\.xml: line 2, column 1\d is not well-formed XML: unexpected close tag$/],
    ['asks for an entity from outside', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${whole.replace('<?xml version="1.0"?>', '').replace('Part 1', '&x;')}`, /^x\.xml: line 1, column \d+ is not well-formed XML: undefined entity$/],
    ['is another kind of XML', '<mei><music/></mei>', /^x\.xml: line 1 must be MusicXML: its first element must be score-partwise or score-timewise, but is "mei"$/],
    ['has no parts', '<score-partwise><part-list/></score-partwise>', /^x\.xml: must have parts, but has none$/],
    ['has no measures', `<score-partwise>${partList('A')}<part id="P1"/></score-partwise>`, /^x\.xml: must have measures, but has none$/],
    ['has no notes', document([measure('1', attributes + rest(16))]), /^x\.xml: must have notes, but has none$/],
    ['has a part that is not in its list', whole.replace('<part id="P1">', '<part id="P7">'), /^x\.xml: part "P7" must be named in the part-list$/],
    ['is in an encoding of its own', whole.replace('version="1.0"', 'version="1.0" encoding="EBCDIC-7"'), /^x\.xml: line 1 must be in an encoding that is known, such as UTF-8, but is "EBCDIC-7"$/],
  ];
  for (const [what, xml, complaint] of broken) {
    it(`is refused in one line when it ${what}`, () => {
      expect(() => read(xml)).to.throw(UserFault, complaint);
    });
  }

  it('knows where one breathes, stops, and plays a cadenza', () => {
    const articulated = (sign: string): string => `<notations><articulations><${sign}/></articulations></notations>`;
    const score = scoreOf([measure('1', attributes + note('C4', 8, articulated('breath-mark')) + note('D4', 8, articulated('caesura'))), measure('2', words('Cadenza ad lib.') + rest(16)), measure('3', note('E4', 16))]);
    expect(score.pauses).to.deep.equal([{ type: 'breath', position: 2 }, { type: 'caesura', position: 4 }]);
    expect(score.cadenzas).to.deep.equal([{ from: 4, until: 8 }]);
  });

  it('reads how it wants to be followed', () => {
    const sync = (type: string, more = ''): string => `<listening><sync type="${type}"${more}/></listening>`;
    const wait = '<listen><wait/></listen>';
    const lead = '<listening><other-listening type="follow">lead</other-listening></listening>';
    const score = scoreOf([
      measure('1', attributes + `<direction><direction-type><words>freely</words></direction-type>${sync('always-event', ' latency="30"')}</direction>` + note('C4', 16)),
      measure('2', sync('none') + note('D4', 8) + note('E4', 8, wait)), measure('3', lead + note('D4', 16)), measure('4', sync('nonsense') + note('D4', 16)),
    ]);
    expect(score.manners).to.deep.equal([
      { from: 6, until: 8, manner: 'wait' },
      { from: 0, until: 4, manner: 'wait', latency: 0.03 }, { from: 4, until: 8, manner: 'ignore' }, { from: 8, until: 16, manner: 'lead' },
    ]);
  });
});
