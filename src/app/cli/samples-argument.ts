/** How samples on standard input are written, where a player listens to them. */
import { pcmFormats } from '../io/pcm.ts';

export const sampleOptions = {
  'audio-rate': { type: 'number', default: 44_100, describe: 'Samples a second of standard input, where no WAV header says so' },
  'audio-format': { choices: pcmFormats, default: 's16le', describe: 'How a sample is written there' },
  'audio-channels': { type: 'number', default: 1, describe: 'How many take turns there' },
} as const;
