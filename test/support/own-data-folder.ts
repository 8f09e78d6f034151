/** Tests remember nothing of the person who runs them, nor leave anything behind: takes go to a folder of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'collaparte-tests-'));
process.env['COLLAPARTE_DATA'] = folder;
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
