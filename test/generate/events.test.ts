import { expect } from 'chai';
import { columnIndex, columns, columnSizes, durationClasses, eventLayout, heads, headSizes, none } from '../../src/players/generate/events.ts';

describe('the alphabet of the writer', () => {
  it('is pinned to its name: whoever changes a column gives the layout a new one', () => {
    expect(eventLayout).to.equal('events-1');
    expect(columns.map((column) => `${column} ${columnSizes[column]}`).join(', ')).to.equal(
      'kind 7, role 9, track 17, bar 33, onset 98, pitch 129, duration 33, velocity 33, micro 22, next 98, nextRole 9, nextTrack 17, nextBar 33, meter 16, chord 134, density 9, polyphony 7, register 12',
    );
    expect(heads.map((head) => `${head} ${headSizes[head]}`).join(', ')).to.equal('pitch 128, duration 32, velocity 32, micro 21, next 97');
  });

  it('can hold every answer in the column of the same name', () => {
    for (const head of heads) expect(headSizes[head]).to.be.lessThan(columnSizes[head]);
    expect(none.pitch).to.equal(128);
    expect(columnIndex.kind).to.equal(0);
  });

  it('has rising durations, every sixteenth of a bar of 4/4 among them', () => {
    durationClasses.forEach((length, index) => expect(length).to.be.greaterThan(durationClasses[index - 1] ?? 0));
    for (let sixteenths = 1; sixteenths <= 16; sixteenths++) expect(durationClasses).to.include(3 * sixteenths);
  });
});
