/** A program with a tempo of its own, as a preset names it: `{"daw": "reaper"}` is enough where it has its usual ports. */
import { z } from 'zod';
import { UserFault } from '../../core/contract/faults.ts';
import type { DawSettings } from '../../core/contract/settings.ts';
import { beats, seconds } from '../../core/music/units.ts';
import { dawTraits } from './daws.ts';
import { between, group, oneOf, text, whole } from './rules.ts';

const port = whole(1, 65_535);
const host = text('the name or address of a machine');
const template = group({
  address: z.string({ error: 'must be an OSC address, such as "/tempo"' }).regex(/^\/\S+$/, { error: 'must be an OSC address, such as "/tempo"' }),
  args: z.array(z.union([z.string(), z.number()], { error: 'must be text or a number' }), { error: 'must be a list' }).optional(),
});
const address = z.string({ error: 'must be an OSC address, such as "/play"' }).regex(/^\/\S+$/, { error: 'must be an OSC address, such as "/play"' }).optional();

export const dawOutput = group({
  daw: oneOf('reaper', 'ableton-live', 'ardour', 'supercollider', 'link', 'osc').describe('Whose tempo and transport go with the soloist; "osc" is anything that understands the messages given here'),
  host: host.optional().describe('The machine it runs on'),
  port: port.optional().describe('The UDP port at which it listens'),
  listen: port.optional().describe('The port at which it answers: ours, but for Ardour, whose web surface has one of its own'),
  offsetBeats: between(0, 10_000, 'quarters').optional().describe('Where the first downbeat of the score lies in its time; a pick-up needs some room before'),
  beatsPerQuarter: between(0.25, 8).optional().describe('It counts so many beats to a quarter of the score: 2 for music that is too slow for it'),
  lagMs: between(0, 2000, 'ms').optional().describe('From an order to its effect'),
  changesPerSecond: between(0.5, 100).optional().describe('Most changes of tempo in a second'),
  slowestBpm: between(1, 1000).optional().describe('It plays no slower'),
  fastestBpm: between(1, 1000).optional().describe('It plays no faster'),
  deadbandPercent: between(0, 20).optional().describe('A smaller change of tempo is not sent'),
  nudgePercent: between(0, 100).optional().describe('To win the beat back the tempo may be off by as much for a moment; 0 sends the tempo alone'),
  catchUpMs: between(20, 10_000, 'ms').optional().describe('In how long a beat that is off is won back'),
  smoothingMs: between(0, 10_000, 'ms').optional().describe('Evens out changes of tempo'),
  messages: group({ tempo: template.optional(), play: template.optional(), stop: template.optional(), locate: template.optional(), beat: template.optional() })
    .optional()
    .describe('For "osc": what is sent when. In args, {bpm}, {bps}, {cps}, {bar}, {beat}, {quarter}, {seconds} and {playing} are filled in'),
  feedback: group({ playing: address, stopped: address, tempo: address, seconds: address, quarters: address, bars: address, meter: address }).optional().describe('For "osc": the addresses at which it says how it is'),
});
type DawEntry = z.infer<typeof dawOutput>;

/** @throws UserFault where the entry contradicts itself */
export function dawOf(entry: DawEntry, source: string, place: string): DawSettings {
  const { driving, port: usualPort, listen: usualListen, locates } = dawTraits[entry.daw];
  const { messages = {}, feedback = {} } = entry;
  if (entry.daw === 'osc') {
    if (Object.keys(messages).length === 0) throw new UserFault(source, `${place}.messages`, 'is missing: it says what "osc" sends, such as {"tempo": {"address": "/tempo", "args": ["{bpm}"]}}');
    if (entry.port === undefined) throw new UserFault(source, `${place}.port`, 'is missing: where does the program listen?');
    if (Object.keys(feedback).length > 0 && entry.listen === undefined) throw new UserFault(source, `${place}.listen`, 'is missing: at which port does the program answer?');
  } else if (entry.messages !== undefined || entry.feedback !== undefined) {
    throw new UserFault(source, place, `may say messages and feedback only where "daw" is "osc"; ${entry.daw} has its own`);
  }
  const slowest = entry.slowestBpm ?? driving.slowest;
  const fastest = entry.fastestBpm ?? driving.fastest;
  if (slowest > fastest) throw new UserFault(source, `${place}.slowestBpm`, `must not be above fastestBpm, ${fastest}`, slowest);
  const ms = (value: number | undefined, usual: number) => seconds(value === undefined ? usual : value / 1000);
  const share = (value: number | undefined, usual: number): number => (value === undefined ? usual : value / 100);
  const listen = entry.listen ?? usualListen;
  return {
    daw: entry.daw,
    host: entry.host ?? '127.0.0.1',
    port: entry.port ?? usualPort,
    ...(listen !== undefined && { listen }),
    offset: beats(entry.offsetBeats ?? 0),
    offsetByCues: entry.offsetBeats === undefined,
    pace: entry.beatsPerQuarter ?? 1,
    lag: ms(entry.lagMs, driving.lag),
    gap: entry.changesPerSecond === undefined ? driving.gap : seconds(1 / entry.changesPerSecond),
    slowest,
    fastest,
    deadband: share(entry.deadbandPercent, driving.deadband),
    nudge: share(entry.nudgePercent, driving.nudge),
    catchUp: ms(entry.catchUpMs, driving.catchUp),
    smoothing: ms(entry.smoothingMs, driving.smoothing),
    locates: entry.daw === 'osc' ? messages.locate !== undefined : locates,
    messages: Object.fromEntries(Object.entries(messages).flatMap(([when, message]) => (message === undefined ? [] : [[when, { address: message.address, args: message.args ?? [] }]]))),
    feedback: Object.fromEntries(Object.entries(feedback).filter(([, where]) => where !== undefined)),
  };
}
