/** What `docs/monitor.md` promises to those who build a page of their own, held against the types that are really sent. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/app/io/data-files.ts';
import { protocolVersion } from '../../src/app/monitor/messages.ts';

const read = (...path: readonly string[]): string => readFileSync(join(dataFolder(), ...path), 'utf8');
const types = read('src', 'app', 'monitor', 'messages.ts');
const doc = read('docs', 'monitor.md');

/** The text of one declaration, up to the next. */
function declared(name: string): string {
  const from = types.search(new RegExp(`^export (?:type|interface) ${name}\\b`, 'm'));
  expect(from, name).to.be.at.least(0);
  return types.slice(from).split(/\n\n|\n(?=export )/, 1)[0]!;
}
const typesIn = (text: string): string[] => [...text.matchAll(/readonly type: ((?:'[a-z-]+'(?: \| )?)+)/g)].flatMap(([, names]) => names!.split(' | ').map((name) => name.slice(1, -1)));
/** What stands in code type in the first column of the tables of a chapter. */
const rowsOf = (chapter: string): string[] => (doc.split(new RegExp(`^##+ ${chapter}$`, 'm'))[1] ?? '').split(/^##/m, 1)[0]!.split('\n').flatMap((row) => [...(/^\|([^|]*)\|/.exec(row)?.[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!));

describe('the description of the messages of a page', () => {
  it('names the version that is spoken', () => expect(doc).to.match(new RegExp(`^# .*version ${protocolVersion}$`, 'm')));

  it('has a row for each message, and none for what is not sent', () => {
    const sent = ['Hello', 'Snapshot', 'Frame', 'Reply', 'Refusal'].flatMap((name) => typesIn(declared(name)));
    expect(sent).to.have.lengthOf(5);
    expect(rowsOf('To you')).to.have.members(sent);
  });

  it('has a row for each kind of news, and none for what is none', () => {
    const news = typesIn(declared('News'));
    expect(news.length).to.be.above(20);
    expect(rowsOf('News')).to.have.members(news);
  });

  it('names every field of a snapshot', () => {
    const fields = [...declared('Snapshot').matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field!).filter((field) => field !== 'type');
    const row = doc.split('\n').find((line) => line.startsWith('| `snapshot`'))!;
    expect(fields.filter((field) => !new RegExp(`\`${field}\\b`).test(row))).to.deep.equal([]);
  });
});
