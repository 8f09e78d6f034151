/** What every player on stage must do, whoever he is. */
import { expect } from 'chai';
import type { Command } from '../../src/core/contract/commands.ts';
import type { StageEvent } from '../../src/core/contract/events.ts';
import type { Player } from '../../src/core/contract/player.ts';
import { Rehearsal } from '../../src/learning/sim/rehearsal.ts';
import { seconds } from '../../src/core/music/units.ts';

/** @param create a new player, always the same one */
export function itIsAPlayer(name: string, create: () => Player, events: readonly StageEvent[]): void {
  const play = (): Rehearsal => {
    const rehearsal = new Rehearsal(create(), events, seconds(0.002));
    while (rehearsal.advance().type !== 'ended');
    return rehearsal;
  };
  describe(`${name}, as a player`, () => {
    it('gives the same commands for the same events', () => {
      expect(JSON.stringify(play().log)).to.equal(JSON.stringify(play().log));
    });
    it('gives no command that lies in the past', () => {
      for (const { event, commands } of play().log) {
        for (const command of commands) if ('time' in command) expect(command.time).to.be.at.least(event.time);
      }
    });
    it('ends every note it begins, none twice', () => {
      const player = create();
      const rehearsal = new Rehearsal(player, events, seconds(0.002));
      while (rehearsal.advance().type !== 'ended');
      const last = player.handle({ type: 'stop', time: seconds(rehearsal.now + 1) });
      const sounding = new Set<string>();
      const commands: Command[] = [...rehearsal.log.flatMap((step) => [...step.commands]), ...last];
      const notes = commands.filter((command) => command.type === 'note-on' || command.type === 'note-off');
      for (const note of notes.sort((a, b) => a.time - b.time)) {
        const key = `${note.channel}/${note.pitch}`;
        if (note.type === 'note-on') {
          expect(sounding.has(key), `${key} begun twice at ${note.time}`).to.equal(false);
          sounding.add(key);
        } else {
          expect(sounding.delete(key), `${key} ended but not begun at ${note.time}`).to.equal(true);
        }
      }
      expect([...sounding]).to.deep.equal([]);
    });
    it('wishes to be woken later after every wake', () => {
      const player = create();
      const rehearsal = new Rehearsal(player, events, seconds(0.002));
      while (rehearsal.advance().type !== 'ended');
      for (let i = 0, last = -Infinity; i < 1000; i++) {
        const wish = player.nextWake();
        if (wish === undefined) break;
        expect(wish).to.be.greaterThan(last);
        last = wish;
        player.handle({ type: 'wake', time: wish });
      }
    });
    it('ignores what it does not know', () => {
      const player = create();
      const unknown = { type: 'applause', time: seconds(0.5) } as unknown as StageEvent;
      expect(player.handle(unknown)).to.deep.equal([]);
    });
  });
}
