import { expect } from 'chai';
import { Progress } from '../../src/app/cli/progress.ts';

describe('progress', () => {
  const run = (isTTY: boolean, of: number | undefined): string[] => {
    const lines: string[] = [];
    let now = 0;
    const progress = new Progress('performances', of, { isTTY, write: (text) => lines.push(text) }, () => now);
    for (let i = 0; i < 8; i++) {
      now += 5000;
      progress.step();
    }
    progress.close();
    return lines;
  };

  it('rewrites one line on a terminal, and takes it away at the end', () => {
    const lines = run(true, 10);
    expect(lines).to.have.lengthOf(9);
    expect(lines[1]).to.equal('\r\x1b[2K2 of 10 performances, about 40 s to go');
    expect(lines.at(-1)).to.equal('\r\x1b[2K');
  });

  it('writes a plain line now and then into a pipe', () => {
    expect(run(false, 10)).to.deep.equal(['3 of 10 performances, about 35 s to go\n', '6 of 10 performances, about 20 s to go\n']);
    expect(run(false, undefined)[0]).to.equal('3 performances, 15 s\n');
  });
});
