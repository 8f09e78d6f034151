// The command line in a clone: builds if it must, then runs in this very process.
import { build } from './build.mjs';

build();
const { main } = await import(new URL('../dist/src/main.js', import.meta.url).href);
await main(process.argv.slice(2));
