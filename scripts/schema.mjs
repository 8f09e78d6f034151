// Writes presets/schema.json anew from the schema in the program; a test tells when it is due.
import { writeFileSync } from 'node:fs';
import { build } from './build.mjs';

build();
const { presetJsonSchema } = await import(new URL('../dist/src/app/config/preset.js', import.meta.url).href);
writeFileSync(new URL('../presets/schema.json', import.meta.url), `${JSON.stringify(presetJsonSchema(), null, 2)}\n`);
