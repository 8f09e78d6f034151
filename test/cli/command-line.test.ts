import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const commandLine = new URL('../../src/app/cli/command-line.js', import.meta.url).href;

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The program as a person starts it. */
function collaparte(...args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: tmpdir(), input: '' });
  return { code: status, out: stdout, err: stderr };
}

/** One command line after another in a single process: starting it is what takes long. */
function answersTo(lines: readonly (readonly string[])[]): readonly Answer[] {
  const script = `
    import { runCommandLine } from ${JSON.stringify(commandLine)};
    const answers = [];
    const write = process.stdout.write.bind(process.stdout);
    for (const args of ${JSON.stringify(lines)}) {
      let out = '', err = '';
      process.stdout.write = (text) => (out += text, true);
      process.stderr.write = (text) => (err += text, true);
      process.exitCode = 0;
      await runCommandLine(args);
      answers.push({ code: process.exitCode, out, err });
    }
    process.exitCode = 0;
    write(JSON.stringify(answers));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: tmpdir(), input: '', env: { ...process.env, COLUMNS: '110' } });
  expect(stderr).to.equal('');
  return JSON.parse(stdout) as readonly Answer[];
}

describe('the command line', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const commands = [[], ['play'], ['demo'], ['rehearse'], ['replay'], ['ports'], ['check'], ['preset'], ['preset', 'show'], ['preset', 'list'], ['bench'], ['bench', 'latency'], ['bench', 'follow'], ['bench', 'tempo'], ['bench', 'accompany'], ['bench', 'melody'], ['bench', 'align'], ['bench', 'nn'], ['bench', 'env'], ['align'], ['takes'], ['takes', 'list'], ['takes', 'show'], ['takes', 'forget'], ['takes', 'export'], ['takes', 'import'], ['train'], ['train', 'tempo']];
  it('helps with an example, whatever the command', () => {
    const answers = answersTo(commands.map((command) => [...command, '--help']));
    commands.forEach((command, i) => {
      expect(answers[i]!.out, command.join(' ')).to.match(new RegExp(`Examples:\\n +collaparte ${command.join(' ')}`));
      expect(answers[i]!.code).to.equal(0);
    });
  });

  it('tells its version', () => {
    expect(collaparte('--version').out).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  const faults: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /a command is missing/],
    [['paly'], /command line: .*play/],
    [['demo', '--fsat'], /Unknown argument: fsat/],
    [['play'], /^collaparte: SCORE: is missing/],
    [['play', 'bach_bwv1003_3_andant'], /^collaparte: SCORE: must be .*did you mean bach_bwv1003_3_andante\?/],
    [['play', 'nowhere.mid'], /^collaparte: nowhere\.mid: cannot be read/],
    [['play', 'bach_bwv1003_3_andante', '--preset', 'orchestra'], /^collaparte: --preset: must be one of/],
    [['play', 'bach_bwv1003_3_andante', '--osc-port', 'ten'], /^collaparte: --osc-port: must be a port: 0 to 65535/],
    [['demo', '--performer', 'paganini'], /^collaparte: --performer: must be one of emil-telmanyi, minji-kim, but is "paganini"/],
    [['rehearse', 'bach_bwv1003_3_andante'], /^collaparte: rehearse: needs a soloist/],
    [['replay', 'nowhere.jsonl'], /^collaparte: nowhere\.jsonl: cannot be read \(ENOENT\)/],
    [['preset', 'show', 'orchestra'], /^collaparte: --preset: must be one of/],
  ];
  describe('says in one line, with exit code 2, what is wrong with', () => {
    let answers: readonly Answer[];
    before(() => {
      answers = answersTo(faults.map(([args]) => args));
    });
    faults.forEach(([args, line], i) => {
      it(['collaparte', ...args].join(' '), () => {
        const { code, err, out } = answers[i]!;
        expect(err).to.match(line);
        expect(err.trimEnd().split('\n')).to.have.length(1);
        expect(out).to.equal('');
        expect(code).to.equal(2);
      });
    });
  });

  it('does not mind a reader who has had enough', async () => {
    const child = spawn(process.execPath, [main, 'preset', 'show', 'osc'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(err).to.equal('');
    expect(code).to.equal(0);
  });

  it('names file and key of a preset that does not hold', () => {
    const path = join(folder, 'rig.json');
    writeFileSync(path, JSON.stringify({ extends: 'osc', conductor: { follow: 2 } }));
    const { code, err } = collaparte('preset', 'show', path);
    expect(code).to.equal(2);
    expect(err).to.match(/rig\.json: conductor\.follow must lie in 0\.\.1, but is 2\n$/);
  });

  it('binds every preset and piece without playing', () => {
    const { code, out } = collaparte('check', '--json');
    const { ok, findings } = JSON.parse(out) as { readonly ok: boolean; readonly findings: readonly { readonly name: string; readonly fault?: string }[] };
    expect(findings.filter((one) => one.fault !== undefined)).to.deep.equal([]);
    expect(findings.map((one) => one.name)).to.include.members(['osc', 'default', 'bach_bwv1003_3_andante', 'beethoven_violin_concerto_1']);
    expect(ok).to.equal(true);
    expect(code).to.equal(0);
  });

  it('plays the demonstration fast, with one line of JSON', () => {
    const { code, out, err } = collaparte('demo', '--fast', '--json', '--no-sound', '--out', folder);
    expect(err).to.equal('');
    expect(code).to.equal(0);
    expect(out.trimEnd().split('\n')).to.have.length(1);
    const summary = JSON.parse(out) as { readonly matched: number; readonly soloNotes: number; readonly asynchronyMs: { readonly median: number; readonly within50: number }; readonly stuckNotes: number; readonly realTimeFactor: number };
    expect(Object.keys(summary)).to.deep.equal(['piece', 'soloNotes', 'matched', 'accompanimentNotes', 'asynchronyMs', 'lateNotes', 'stuckNotes', 'realTimeFactor']);
    expect(summary.matched / summary.soloNotes).to.be.at.least(0.97);
    expect(summary.asynchronyMs.median).to.be.at.most(45);
    expect(summary.asynchronyMs.within50).to.be.within(50, 100);
    expect(summary.stuckNotes).to.equal(0);
    expect(summary.realTimeFactor).to.be.at.least(100);
  });

  it('rehearses with an invented soloist, the same for the same seed', () => {
    const rehearse = (seed: string): unknown => {
      const { code, out } = collaparte('rehearse', 'schumann_im_wunderschoenen_monat_mai', '--soloist', seed, '--preset', 'osc', '--json');
      expect(code).to.equal(0);
      const { realTimeFactor, ...figures } = JSON.parse(out) as { readonly realTimeFactor: number };
      expect(realTimeFactor).to.be.greaterThan(10);
      return figures;
    };
    const seven = rehearse('7');
    expect(rehearse('7')).to.deep.equal(seven);
    expect(rehearse('8')).to.not.deep.equal(seven);
  });
});
