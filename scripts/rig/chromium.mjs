/** A real Chromium: the system's, installed with apt where it is missing. */
import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function openChromium() {
  const found = known.find((path) => spawnSync(path, ['--version']).status === 0) ?? installed();
  return chromium.launch({ executablePath: found, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
}

function installed() {
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [command, ...args] = [...root, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  if (spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) throw new Error('chromium is missing and could not be installed');
  return known[0];
}
