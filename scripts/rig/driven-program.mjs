/**
 * What a program that is driven did, beside what the soloist did: `places` says where it was when, `played` when he played.
 * Nothing hangs on a single second: a machine that stalls for a moment must not be taken for a program that is wrong.
 */
import { strict as assert } from 'node:assert';

const { mean, median, quantile } = await import('../../dist/src/core/math/statistics.js');

const window = 1000; // ms
const heIsKnown = 4; // quarters after which it can know his tempo
const [slow, fast] = [57, 63]; // BPM, of one who goes from 50 to 70 and back
const apart = 4; // BPM that it must at least go with him
const near = 6; // BPM

/**
 * A program that is clocked by its sound card loses what the card loses: a dummy card on a busy machine stands still for
 * moments, of which no tempo that was sent knows. What it would have played meanwhile is added.
 *
 * @param places  `{ at, quarter, soundMs }[]`: ms, its place, and how much sound has been made
 * @returns the places without the gaps, and how many ms were lost in all
 */
export function withoutGaps(places) {
  let missed = 0; // quarters
  const [first] = places;
  const whole = places.map((place, i) => {
    const before = places[i - 1] ?? place;
    const gap = place.at - before.at - (place.soundMs - before.soundMs);
    missed += (gap / 60_000) * tempoAround(places, i);
    return { at: place.at, quarter: place.quarter + missed };
  });
  const last = places.at(-1);
  return { places: whole, lostMs: last.at - first.at - (last.soundMs - first.soundMs) };
}

/** Quarters a minute of its sound, over half a second to either side. */
function tempoAround(places, i) {
  const [a, b] = [-500, 500].map((reach) => {
    const wanted = places[i].soundMs + reach;
    return reach < 0 ? (places.findLast(({ soundMs }) => soundMs <= wanted) ?? places[0]) : (places.find(({ soundMs }) => soundMs >= wanted) ?? places.at(-1));
  });
  return b.soundMs > a.soundMs ? ((b.quarter - a.quarter) * 60_000) / (b.soundMs - a.soundMs) : 0;
}

/** Its place at a moment, between two that were seen; NaN before the first and after the last. */
function placeAt(places, at) {
  const next = places.findIndex((one) => one.at >= at);
  if (next < 1) return NaN;
  const [a, b] = [places[next - 1], places[next]];
  return b.at > a.at ? a.quarter + ((at - a.at) / (b.at - a.at)) * (b.quarter - a.quarter) : b.quarter;
}

/** @throws AssertionError when its tempo does not go up and down with his, while he plays */
export function assertTempoGoesWith(places, played) {
  const his = played.map(([quarter, at]) => ({ at, quarter }));
  const windows = [];
  for (let at = his.find(({ quarter }) => quarter >= heIsKnown).at; at + window <= his.at(-1).at; at += window) {
    const [he, it] = [his, places].map((of) => ((placeAt(of, at + window) - placeAt(of, at)) * 60_000) / window);
    if (Number.isFinite(it)) windows.push({ he, it });
  }
  const middle = (of) => median(of.map(({ it }) => it));
  const [slowly, quickly] = [windows.filter(({ he }) => he < slow), windows.filter(({ he }) => he > fast)];
  assert.ok(slowly.length >= 3 && quickly.length >= 3, `seen for ${windows.length} s only, ${slowly.length} of them slow and ${quickly.length} fast`);
  const off = Math.abs(mean(windows.map(({ it }) => it)) - mean(windows.map(({ he }) => he)));
  console.log(`# where he is slow it goes at ${middle(slowly).toFixed(0)}, where he is fast at ${middle(quickly).toFixed(0)} BPM; over all of ${windows.length} s ${off.toFixed(1)} BPM from his`);
  assert.ok(middle(quickly) - middle(slowly) >= apart, `${middle(slowly).toFixed(1)} BPM where he is slow, ${middle(quickly).toFixed(1)} where he is fast`);
  assert.ok(off <= near, `${off.toFixed(1)} BPM from his`);
}

/**
 * How far it is from him at the moments he plays, in the time of his own quarter. One that keeps a tempo of its own is a
 * quarter of a beat away by halves: 250 ms.
 * @param folded  whether only the beat counts, as for a program that has begun at a place of its own
 */
export function assertBeatsAreHis(places, played, { from = 4, most = 120, folded = false } = {}) {
  const distances = played.slice(1, -1).flatMap(([position, at], i) => {
    const there = placeAt(places, at);
    if (position < from || Number.isNaN(there)) return [];
    const quarter = (played[i + 2][1] - played[i][1]) / (played[i + 2][0] - played[i][0]);
    const off = there - position;
    return [Math.abs(folded ? off - Math.round(off) : off) * quarter];
  });
  assert.ok(distances.length > 20, `${distances.length} onsets`);
  console.log(`# ${distances.length} onsets, median ${median(distances).toFixed(0)} ms from the soloist's, 90 % within ${quantile(distances, 0.9).toFixed(0)} ms`);
  assert.ok(median(distances) <= most, `${distances.length} onsets, median ${median(distances).toFixed(0)} ms`);
}
