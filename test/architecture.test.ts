import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The table of `ARCHITECTURE.md`: which room stands in which wing, and what it may import. */
const wings: Record<string, string> = {
  math: 'core', music: 'core', contract: 'core',
  follow: 'players', memory: 'players', tempo: 'players', accompany: 'players', sound: 'players', listen: 'players', generate: 'players', ensemble: 'players',
  nn: 'learning', sim: 'learning', train: 'learning',
  config: 'app', io: 'app', monitor: 'app', page: 'app', live: 'app', cli: 'app',
};
const ensembleAndBelow = ['ensemble', 'accompany', 'listen', 'generate', 'memory', 'contract', 'music', 'math'];
const mayImport: Record<string, readonly string[]> = {
  math: [],
  music: ['math'],
  contract: ['music'],
  nn: ['math'],
  follow: ['contract', 'music', 'math'],
  memory: ['contract', 'music', 'math'],
  tempo: ['memory', 'contract', 'music', 'math'],
  accompany: ['follow', 'tempo', 'memory', 'contract', 'music', 'math'],
  sound: ['math'],
  listen: ['sound', 'contract', 'music', 'math'],
  generate: ['contract', 'music', 'math'],
  ensemble: ['accompany', 'listen', 'generate', 'memory', 'contract', 'music', 'math'],
  config: [...ensembleAndBelow, 'follow', 'tempo'],
  sim: [...ensembleAndBelow, 'follow', 'tempo'],
  train: [...ensembleAndBelow, 'follow', 'tempo', 'sim', 'sound', 'nn'],
  io: ['sound', 'listen', 'nn', 'memory', 'contract', 'music', 'math'],
  monitor: ['io', 'sim', 'memory', 'contract', 'music', 'math'],
  page: ['monitor'],
  live: ['io', 'monitor', 'config', ...ensembleAndBelow],
  cli: Object.keys(wings),
};
const pureRooms = new Set(Object.keys(wings).filter((room) => !['io', 'monitor', 'page', 'live', 'cli'].includes(room)));
/** Packages that compute and touch nothing. */
const purePackages = new Set(['zod', 'onnx-proto', 'fft.js']);
const forbiddenNames = new Set(['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'console', 'globalThis', 'fetch', 'Promise']);

const root = fileURLToPath(new URL('../../', import.meta.url));

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function roomOf(path: string): { wing: string; room: string } | undefined {
  const [, wing, room, rest] = relative(root, path).split(/[\\/]/);
  return wing === undefined || room === undefined || rest === undefined ? undefined : { wing, room };
}

function faultsOf(path: string): string[] {
  const here = roomOf(path);
  const name = relative(root, path);
  if (here === undefined) return name === join('src', 'main.ts') ? [] : [`${name}: stands in no room`];
  if (wings[here.room] !== here.wing) return [`${name}: there is no room ${here.wing}/${here.room}`];
  const faults: string[] = [];
  const pure = pureRooms.has(here.room);
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);

  const checkImport = (specifier: string): void => {
    if (specifier.startsWith('.')) {
      const there = roomOf(join(path, '..', specifier));
      if (there === undefined) faults.push(`${name}: imports ${specifier}, which is in no room`);
      else if (there.room !== here.room && !mayImport[here.room]!.includes(there.room)) faults.push(`${name}: ${here.room} may not import ${there.room}`);
    } else if (pure && !purePackages.has(specifier)) faults.push(`${name}: a pure room may not import ${specifier}`);
  };
  // A parameter called `performance` is music, not the global.
  const declared = new Set<string>();
  const collect = (node: ts.Node): void => {
    if ((ts.isParameter(node) || ts.isVariableDeclaration(node)) && ts.isIdentifier(node.name)) declared.add(node.name.text);
    ts.forEachChild(node, collect);
  };
  collect(file);
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) checkImport(node.moduleSpecifier.text);
    if (ts.isExportAssignment(node)) faults.push(`${name}: default export`);
    if (pure) {
      if (ts.isIdentifier(node) && forbiddenNames.has(node.text) && !declared.has(node.text) && isReference(node)) faults.push(`${name}: a pure room may not use ${node.text}`);
      if (ts.isPropertyAccessExpression(node) && node.expression.getText(file) === 'Math' && node.name.text === 'random') faults.push(`${name}: chance must be injected`);
      if (node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitExpression) faults.push(`${name}: a pure room does not wait`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return faults;
}

/** A use of the global itself, not a property or a parameter of that name. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) && parent.name === node) return false;
  if (ts.isParameter(parent) || ts.isImportSpecifier(parent) || ts.isTypeReferenceNode(parent)) return false;
  return true;
}

describe('the architecture', () => {
  it('keeps every import inside the table, and the pure rooms pure', () => {
    expect(sourceFiles(join(root, 'src')).flatMap(faultsOf)).to.deep.equal([]);
  });
});
