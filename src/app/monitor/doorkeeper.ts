/**
 * Who may come in. On loopback everybody on this machine, but no page of another site: a browser names the site it acts
 * for, and the name by which it reached us. Opened to the network, whoever knows the token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

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

/** As a person types it. */
export const addressOf = (host: string, port: number, token: string): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port}/${token === '' ? '' : `?token=${token}`}`;
