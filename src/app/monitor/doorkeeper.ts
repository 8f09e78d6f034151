/**
 * Who may come in. On loopback everybody on this machine, but no page of another site: a browser names the site it acts
 * for, and the name by which it reached us. Opened to the network, whoever knows the token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface Doorkeeper {
  /** '' on loopback, where none is asked for. */
  readonly token: string;
}

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A page of another site cannot choose these two; a program that is no browser sends no origin. */
export function comesFromOurPage(request: Pick<IncomingMessage, 'headers'>, { token }: Doorkeeper): boolean {
  const { host, origin } = request.headers;
  if (host === undefined) return false;
  // A name that somebody else's server points here would make their page "the same site" as ours.
  if (token === '' && !loopbackNames.has(host.replace(/:\d+$/, '').toLowerCase())) return false;
  return origin === undefined || origin === `http://${host}`;
}

export function knowsTheToken(url: URL, { token }: Doorkeeper): boolean {
  if (token === '') return true;
  const given = Buffer.from(url.searchParams.get('token') ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '::1' || host === 'localhost';

/** As a person types it, on another machine too: "all addresses" is none, so it is the first by which the net knows us. */
export function addressOf(host: string, port: number, token: string): string {
  const name = isEverywhere(host) ? (ownAddress() ?? '127.0.0.1') : host;
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}/${token === '' ? '' : `?token=${token}`}`;
}

const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';

function ownAddress(): string | undefined {
  return Object.values(networkInterfaces()).flat().find((address) => address !== undefined && !address.internal && address.family === 'IPv4')?.address;
}
