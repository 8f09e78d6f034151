/**
 * The root of all logging. People read it on stderr, so that stdout stays for results; a file gets the same lines
 * with wall-clock time.
 */
import type { Logger } from 'winston';
import winston from 'winston';

export interface LogSettings {
  /** A line is being rewritten on the same terminal: clear it first. */
  readonly overLine?: boolean;
  /** Says less on stderr: only what makes the music suffer. */
  readonly quiet: boolean;
  /** Says nothing at all. */
  readonly silent?: boolean;
  /** Also per note. */
  readonly verbose: boolean;
  readonly file?: string;
}

export function createLog({ quiet, verbose, file, overLine = false, silent = false }: LogSettings): Logger {
  const { combine, printf, timestamp } = winston.format;
  const level = verbose ? 'debug' : 'info';
  const line = printf((info) => lineOf(info));
  const onTerminal = overLine ? printf((info) => `\r\x1b[2K${lineOf(info)}`) : line;
  const onStderr = new winston.transports.Console({ level: quiet ? 'warn' : level, stderrLevels: ['error', 'warn', 'info', 'debug'], format: onTerminal });
  const inFile = file === undefined ? [] : [new winston.transports.File({ filename: file, level, format: combine(timestamp(), line) })];
  return winston.createLogger({ level, silent, transports: [onStderr, ...inFile] });
}

/** `warn: lost the soloist  lastPositionBeats=32` */
function lineOf(info: winston.Logform.TransformableInfo): string {
  const { level, message, timestamp, ...fields } = info;
  const time = typeof timestamp === 'string' ? `${timestamp} ` : '';
  const told = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${time}${level}: ${String(message)}${told.length > 0 ? ' ' : ''}${told.join('')}`;
}
