/**
 * The page in a real browser: the demonstration plays and Chromium looks on, then a bar is clicked and tapped from. One line
 * a statement.
 *
 *   node scripts/page-e2e.mjs [--screenshots]   (writes docs/page-*.png too, at each size light and dark)
 *
 * Installs Chromium with apt where it is missing. All traffic stays on loopback, on free ports.
 */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './build.mjs';
import { openChromium } from './rig/chromium.mjs';
import { Statements } from './rig/statements.mjs';

build();
const folder = mkdtempSync(join(tmpdir(), 'collaparte-page-'));
const rig = new Statements();
const axe = createRequire(import.meta.url)('axe-core').source;
const sizes = { laptop: [1366, 850], tablet: [834, 1112], phone: [360, 740] };
const patience = 40_000; // ms in which the page must show what has happened; mostly it takes one
const frame = 1 / 60;
const engravingTakes = 90_000; // ms at most, on a busy machine
const complaints = [];

/** A program of ours with a page, and where the page is. */
async function program(...args) {
  const child = spawn(process.execPath, ['dist/src/main.js', ...args], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, COLLAPARTE_DATA: folder } });
  const address = await new Promise((resolve, reject) => {
    let told = '';
    child.stdout.on('data', (bytes) => {
      told += bytes;
      const found = /(http:\/\/[\d.]+:\d+\/(?:\?token=[\w-]+)?)/.exec(told);
      if (found) resolve(found[1]);
    });
    child.once('exit', () => reject(new Error(`no page was served: ${told}`)));
  });
  return { address, child, stop: async () => { if (child.exitCode === null) { child.kill('SIGINT'); await once(child, 'exit'); } } };
}

async function open(browser, address, size, colorScheme = 'light', atHand = () => undefined) {
  const [width, height] = sizes[size];
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.addInitScript(atHand);
  page.on('console', (message) => message.type() === 'error' && complaints.push(`${size}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`${size}: ${error.message}`));
  page.on('request', (request) => new URL(request.url()).host !== new URL(address).host && complaints.push(`${size}: fetched ${request.url()}`));
  await page.goto(address);
  await page.waitForSelector('#paper svg g.note', { timeout: engravingTakes, state: 'attached' });
  return page;
}
/** Listens to what goes to the loudspeaker: how loud it was at most since last asked. */
function listenIn() {
  const { connect } = AudioNode.prototype;
  let ear;
  AudioNode.prototype.connect = function hearing(to, ...more) {
    if (to instanceof AudioDestinationNode) {
      ear = new AnalyserNode(to.context, { fftSize: 32_768 });
      connect.call(this, ear);
    }
    return connect.call(this, to, ...more);
  };
  window.loudest = () => {
    const samples = new Float32Array(32_768);
    ear?.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
}
/** An instrument at the browser's own MIDI, which is played by calling `window.finger`. */
function plugIn() {
  const instrument = { name: 'a keyboard', onmidimessage: null };
  navigator.requestMIDIAccess = () => Promise.resolve({ inputs: new Map([['1', instrument]]) });
  window.finger = (...bytes) => instrument.onmidimessage({ data: Uint8Array.from(bytes) });
}
const positionOf = (page) => page.evaluate(() => Number(document.documentElement.dataset.position));
const judgedOn = (page) => page.evaluate(() => document.querySelectorAll('[class*="j-"].note').length);

/** How many places the cursor has in two seconds, and how many frames were drawn. */
const cursorPlaces = (page) => page.evaluate(async () => {
  const places = new Set();
  let frames = 0;
  const until = performance.now() + 2000;
  while (performance.now() < until) {
    places.add(document.querySelector('.cursor').style.transform);
    frames++;
    await new Promise(requestAnimationFrame);
  }
  return { places: places.size, frames };
});

/** How far the cursor is from where a listener of its own says that the music is: seconds, once a frame. */
const watchCursor = (page, ms) => page.evaluate(async (during) => {
  let line;
  let state;
  let offset = -Infinity;
  const socket = new WebSocket(`ws://${location.host}/ws`);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.now !== undefined) offset = Math.max(offset, message.now - performance.now() / 1000);
    if (message.type === 'snapshot') ({ transport: line, state } = message);
    for (const news of message.news ?? []) {
      if (news.type === 'transport') line = news;
      if (news.type === 'state') state = news.state;
    }
  };
  const errors = [];
  const until = performance.now() + during;
  await new Promise((resolve) => {
    const look = () => {
      if (line?.playing && state === 'playing') {
        const now = performance.now() / 1000 + offset;
        const truth = line.position + (Math.max(0, now - line.time) * line.bpm) / 60;
        errors.push((Math.abs(Number(document.documentElement.dataset.position) - truth) * 60) / line.bpm);
      }
      if (performance.now() < until) requestAnimationFrame(look);
      else resolve();
    };
    requestAnimationFrame(look);
  });
  socket.close();
  return errors.sort((a, b) => a - b);
}, ms);

const seriousOn = async (page) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3).join(', ')}`);
};

/** What of these is not all to be seen above the buttons; '' where everything is. */
const coveredOn = (page, selectors) => page.evaluate((wanted) => {
  const buttons = document.querySelector('footer').getBoundingClientRect().top;
  return wanted.filter((selector) => document.querySelector(selector).getBoundingClientRect().bottom > buttons).join(' ');
}, selectors);

/** A tune in E flat, for wrong notes that are flats. */
const forTwo = 'X:1\nT:For two\nM:3/4\nL:1/4\nQ:1/4=100\nK:Bb\nV:1 name="Violin"\nV:2 name="Viola"\nV:3 name="Cello" clef=bass\n[V:1] d e f | g2 f | e d c | d3 |\n[V:2] B c d | e2 d | c B A | B3 |\n[V:3] B,,3 | E,3 | F,3 | B,,3 |\n';
const inFlats = 'X:1\nT:In flats\nM:4/4\nL:1/4\nQ:1/4=100\nK:Eb\nV:1 name="Flute"\nV:2 name="Cello" clef=bass\n[V:1] G A B A | G F E F | G4 |\n[V:2] E,2 B,,2 | E,2 B,,2 | E,4 |\n';

const browser = await openChromium();
let demo;
let alone;
try {
  demo = await program('demo', '--no-sound', '--out', folder);
  const page = await open(browser, demo.address, 'laptop');

  await rig.that('the cursor moves in step with what is sent', async () => {
    const errors = await watchCursor(page, 8000);
    assert.ok(errors.length > 20, `${errors.length} frames only`);
    const [half, most] = [0.5, 0.95].map((share) => errors[Math.floor(share * (errors.length - 1))]);
    assert.ok(half < frame + 0.05 && most < 0.25, `half within ${(half * 1000).toFixed(0)} ms, 95 % within ${(most * 1000).toFixed(0)} ms`);
    console.log(`   half within ${(half * 1000).toFixed(0)} ms, 95 % within ${(most * 1000).toFixed(0)} ms, ${errors.length} frames`);
  });
  await rig.that('the notes of the violinist are coloured as they come', async () => {
    const before = await judgedOn(page);
    let after = before;
    // He rests for some seconds now and then.
    for (let i = 0; i < 60 && (after === 0 || after === before); i++) {
      await sleep(250);
      after = await judgedOn(page);
    }
    assert.ok(after > 0 && after !== before, `${before}, then ${after}`);
  });
  await rig.that('the cursor glides, and steps from note to note for who wants less motion', async () => {
    const gliding = await cursorPlaces(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const stepping = await cursorPlaces(page);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.ok(gliding.places > 0.6 * gliding.frames, `${gliding.places} places in ${gliding.frames} frames`);
    assert.ok(stepping.places < 15 && stepping.places < 0.5 * stepping.frames, `${stepping.places} places in ${stepping.frames} frames with less motion`);
  });
  const other = await open(browser, demo.address, 'tablet', 'dark');
  await rig.that('two pages agree', async () => {
    const [a, b] = await Promise.all([positionOf(page), positionOf(other)]);
    assert.ok(Math.abs(a - b) < 1, `${a} and ${b}`);
  });
  await rig.that('nothing is covered: at the desk the curves, on the phone the colours and their names, and all of the paper', async () => {
    for (const looking of [page, other]) {
      for (const size of Object.keys(sizes)) {
        await looking.setViewportSize({ width: sizes[size][0], height: sizes[size][1] });
        await looking.waitForTimeout(600);
        await looking.waitForSelector('#paper:not(.empty) svg g.note', { timeout: engravingTakes, state: 'attached' });
        await looking.waitForTimeout(200);
        assert.equal(await coveredOn(looking, size === 'phone' ? ['#paper', '.legend'] : ['#paper', '.legend', '#tempo', '#apart', '#words']), '', size);
        if (process.argv.includes('--screenshots')) await looking.screenshot({ path: `docs/page-${size}${looking === other ? '-dark' : ''}.png` });
      }
    }
    await page.setViewportSize({ width: sizes.laptop[0], height: sizes.laptop[1] });
  });
  await other.close();
  await rig.that('a page that was closed and opened again knows what happened meanwhile', async () => {
    const again = await open(browser, demo.address, 'phone');
    await sleep(500);
    const [a, b] = await Promise.all([positionOf(page), positionOf(again)]);
    assert.ok(Math.abs(a - b) < 1, `${a} and ${b}`);
    assert.ok((await again.locator('#words li').count()) > 0, 'no words');
    assert.ok(await again.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'wider than the phone');
    await again.close();
  });
  for (const size of Object.keys(sizes)) {
    await page.setViewportSize({ width: sizes[size][0], height: sizes[size][1] });
    for (const theme of ['light', 'dark']) {
      await rig.that(`axe finds nothing serious on the ${size}, ${theme}`, async () => {
        await page.evaluate((name) => { document.documentElement.dataset.theme = name; document.querySelector('details').open = true; }, theme);
        assert.deepEqual(await seriousOn(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'wider than the window');
      });
    }
  }
  await page.close();
  await rig.that('the browser sounds what is played, when it is asked to', async () => {
    const hearing = await open(browser, demo.address, 'laptop', 'light', listenIn);
    await sleep(1000);
    assert.equal(await hearing.evaluate(() => window.loudest()), 0, 'it sounded before it was asked');
    await hearing.click('#sound');
    let loudest = 0;
    for (let i = 0; i < 40 && loudest < 0.01; i++) {
      await sleep(250);
      loudest = await hearing.evaluate(() => window.loudest());
    }
    assert.ok(loudest > 0.01 && loudest <= 1, `at most ${loudest}`);
    await hearing.close();
  });
  await demo.stop();

  demo = await program('demo', '--until', '3', '--no-sound', '--out', folder);
  await rig.that('after the end of the demonstration the page stays, with the review, until it is closed', async () => {
    const listener = await open(browser, demo.address, 'tablet', 'dark');
    await listener.waitForSelector('#review:not([hidden])', { timeout: 60_000 });
    await sleep(2000);
    assert.equal(demo.child.exitCode, null, 'it ended under the eyes of who looked on');
    const [review] = await Promise.all([listener.waitForEvent('popup'), listener.click('#review')]);
    await review.waitForSelector('table');
    await review.close();
    await listener.close();
    assert.deepEqual(await Promise.race([once(demo.child, 'exit'), sleep(patience, 'still there')]), [0, null]);
  });

  alone = await program('play', 'bach_bwv1003_3_andante', '--preset', 'osc', '--osc-port', '0', '--monitor', '--page-port', '0', '--no-memory');
  const stand = await open(browser, alone.address, 'laptop');
  await rig.that('a bar is clicked, and the next notes are found there', async () => {
    await stand.locator('#m5 g.note').first().click({ force: true });
    await stand.waitForFunction(() => document.getElementById('bar').textContent === '6', undefined, { timeout: patience });
    for (let i = 0; i < 4; i++) {
      await stand.click('#tap');
      await sleep(500);
    }
    await stand.waitForFunction(() => document.querySelectorAll('#m5 .note[class*="j-"]').length >= 2, undefined, { timeout: patience });
    assert.equal(await stand.locator('#m0 .note[class*="j-"]').count(), 0, 'notes of the first bar were taken for played');
  });
  await rig.that('a page is turned a bar ahead', async () => {
    const { pages } = await stand.evaluate(async () => {
      const shown = performance.getEntriesByType('resource').map(({ name }) => name).findLast((name) => /engraving\/.*json/.test(name));
      return (await fetch(shown)).json();
    });
    const last = await stand.evaluate(async (bar) => (await (await fetch('/score.json')).json()).bars[bar].number, pages[0].lastBar);
    await stand.click('summary');
    await stand.fill('#goto-bar', String(Number(last) - 1));
    await stand.keyboard.press('Enter');
    await stand.waitForFunction((text) => document.getElementById('bar').textContent === text, String(Number(last) - 1));
    assert.match(await stand.textContent('#page-number'), /^1 /);
    await stand.fill('#goto-bar', last);
    await stand.keyboard.press('Enter');
    await stand.waitForFunction(() => document.getElementById('page-number').textContent.startsWith('2 '), undefined, { timeout: patience });
    await stand.waitForFunction(() => document.querySelector('.cursor.waits') !== null, undefined, { timeout: patience });
    assert.equal(await stand.evaluate(() => window.getComputedStyle(document.querySelector('.cursor')).visibility), 'visible', 'nobody sees where the music will come in');
    await stand.fill('#goto-bar', '6');
    await stand.keyboard.press('Enter');
    await stand.click('summary');
    await sleep(500);
  });
  await rig.that('after the run-through its review is a click away, needs nothing else and keeps nobody out', async () => {
    for (let i = 0; i < 8; i++) {
      await stand.click('#tap');
      await sleep(300);
    }
    await stand.click('#stop');
    await stand.waitForSelector('#review:not([hidden])', { timeout: patience });
    const [review] = await Promise.all([stand.waitForEvent('popup'), stand.click('#review')]);
    await review.waitForSelector('table');
    const fetched = [];
    review.on('request', (request) => fetched.push(request.url()));
    for (const [width, height] of Object.values(sizes)) {
      await review.setViewportSize({ width, height });
      assert.ok(await review.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `wider than ${width}`);
    }
    for (const colorScheme of ['light', 'dark']) {
      await review.emulateMedia({ colorScheme });
      assert.deepEqual(await seriousOn(review), []);
    }
    assert.deepEqual(fetched, []);
    await review.close();
  });
  await stand.close();
  await alone.stop();

  writeFileSync(join(folder, 'flats.abc'), inFlats);
  alone = await program('play', join(folder, 'flats.abc'), '--solo', 'Flute', '--preset', 'osc', '--osc-port', '0', '--monitor', '--page-port', '0', '--no-memory');
  await rig.that('a note that is not written is crossed on the line where its key would write it', async () => {
    const flute = await open(browser, alone.address, 'laptop');
    await flute.click('#play-keys');
    // G, A flat, B flat as written on the keys of the computer, and then G flat.
    for (const key of ['g', 'y', 'u', 't']) {
      await flute.keyboard.press(key, { delay: 200 });
      await sleep(400);
    }
    const cross = flute.locator('.extra').first();
    await cross.waitFor({ timeout: patience, state: 'attached' });
    const y = await cross.evaluate((it) => it.getBoundingClientRect().y); // it has no height of its own
    const line = await flute.locator('#n0 .notehead').first().boundingBox();
    assert.ok(Math.abs(y - (line.y + line.height / 2)) < 2, `at ${y}, and G at ${line.y + line.height / 2}`);
    await flute.close();
  });
  await alone.stop();

  writeFileSync(join(folder, 'two.abc'), forTwo);
  alone = await program('play', join(folder, 'two.abc'), '--solo', 'Violin', '--solo', 'Viola', '--preset', 'osc', '--osc-port', '0', '--monitor', '--page-port', '0', '--no-memory');
  const duo = await open(browser, alone.address, 'tablet');
  const words = () => duo.evaluate(() => [...document.querySelectorAll('#words li')].map((word) => word.textContent));
  const told = (text) => duo.waitForFunction((wanted) => [...document.querySelectorAll('#words li')].some((word) => word.textContent === wanted), text, { timeout: patience }).catch(async () => assert.fail(`"${text}" was never told, but: ${(await words()).join(' / ')}`));
  await rig.that('one finger taps both soloists, and each is followed', async () => {
    for (let i = 0; i < 6; i++) {
      await duo.click('#tap');
      await sleep(600);
    }
    const sure = await duo.evaluate(() => [...document.querySelectorAll('header meter')].filter((meter) => !meter.closest('[hidden]')).map((meter) => meter.value));
    assert.equal(sure.length, 2);
    assert.ok(sure.every((value) => value > 0.5), sure.join(' and '));
    assert.equal(await duo.locator('.extra').count(), 0, 'notes of one were crossed in the other');
  });
  await rig.that('every control is reached and worked by the keyboard alone', async () => {
    await duo.focus('summary');
    await duo.keyboard.press('Enter');
    assert.ok(await duo.locator('details').evaluate((details) => details.open));
    const reached = new Set();
    await duo.evaluate(() => document.activeElement.blur());
    for (let i = 0; i < 60; i++) {
      await duo.keyboard.press('Tab');
      reached.add(await duo.evaluate(() => document.activeElement.id));
    }
    const wanted = await duo.evaluate(() => [...document.querySelectorAll('button[id], input[id], select[id], a.button[id]')].filter((one) => one.tabIndex >= 0 && one.offsetParent !== null).map(({ id }) => id));
    assert.ok(wanted.length > 20, `${wanted.length} controls`);
    assert.deepEqual(wanted.filter((id) => !reached.has(id)), []);
    await duo.focus('#countin');
    await duo.keyboard.press('Space');
    await told('Counting in before each beginning');
    assert.ok(await duo.isChecked('#countin'));
  });
  await rig.that('each control says what it did, and shows it', async () => {
    await duo.fill('#follow', '0.5');
    await told('Following 50 %');
    await duo.fill('#follow', '1');
    await duo.fill('#tempo-set', '80');
    await told('Following 100 %');
    assert.equal(await duo.inputValue('#tempo-set'), '80', 'nobody takes away what is being typed');
    await duo.keyboard.press('Enter');
    await told('Tempo 80');
    await duo.click('#tempo-free');
    await told('The tempo is yours again');
    await duo.fill('#slowest', '50');
    await duo.keyboard.press('Tab');
    await told('Between 50 and 400 % of the printed tempo');
    await duo.fill('#loop-from', '1');
    await duo.fill('#loop-to', '2');
    await duo.keyboard.press('Enter');
    await told('Again and again: bar 1 to bar 2');
    assert.equal(await duo.getAttribute('#loop-on', 'aria-pressed'), 'true');
    await duo.click('#loop-off');
    await told('The loop is off');
    await duo.check('#click');
    await told('The click is on');
    await duo.uncheck('#click');
    await duo.uncheck('#parts input');
    await told('cello is silent');
    await duo.check('#parts input');
    await duo.click('#panic');
    await told('Every note ended');
    assert.match(await duo.textContent('#latencies'), /in: \d+ ms, out: \d+ ms/);
  });
  await rig.that('a bar that there is not is told', async () => {
    await duo.fill('#goto-bar', '99');
    await duo.keyboard.press('Enter');
    await duo.waitForFunction(() => document.getElementById('notice').textContent === 'There is no bar 99: they are 1 to 4');
  });
  await rig.that('each of two soloists has a review of his own', async () => {
    await duo.uncheck('#countin');
    await duo.fill('#goto-bar', '1');
    await duo.keyboard.press('Enter');
    await sleep(500);
    for (let i = 0; i < 9; i++) {
      await duo.click('#tap');
      await sleep(600);
    }
    await duo.click('#stop');
    await duo.waitForSelector('#review:not([hidden])', { timeout: patience });
    const [review] = await Promise.all([duo.waitForEvent('popup'), duo.click('#review')]);
    await review.waitForSelector('table');
    assert.equal(await review.textContent('nav'), 'Violin · Viola');
    await review.click('nav a');
    await review.waitForSelector('nav b:text("Viola")');
    const { figures } = await (await fetch(review.url().replace('.html', '.json'))).json();
    assert.ok(figures.right >= 8 && figures.extra === 0, JSON.stringify(figures));
    assert.deepEqual(await seriousOn(review), []);
    await review.close();
  });
  await duo.close();
  // What a browser says while nobody is there is no complaint.
  const patient = await browser.newPage();
  await patient.goto(alone.address);
  await patient.waitForSelector('#paper svg g.note', { timeout: engravingTakes, state: 'attached' });

  await rig.that('a page finds the program again that was ended and begun anew', async () => {
    const port = new URL(alone.address).port;
    await alone.stop();
    alone = await program('play', join(folder, 'two.abc'), '--solo', 'Violin', '--solo', 'Viola', '--preset', 'osc', '--osc-port', '0', '--monitor', '--page-port', port, '--no-memory');
    await patient.waitForFunction(() => document.getElementById('notice').textContent === '' && document.getElementById('state').textContent === 'waiting', undefined, { timeout: patience });
    await patient.click('#tap');
    await patient.waitForFunction(() => document.querySelectorAll('.note[class*="j-"]').length > 0, undefined, { timeout: patience });
  });
  await patient.close();
  await alone.stop();

  const midi = 'presets/pieces/bach_bwv1003_3_andante';
  // MIDI files are engraved too.
  alone = await program('play', '--solo', `${midi}/solo.mid`, '--accompaniment', `${midi}/accompaniment.mid`, '--preset', 'osc', '--osc-port', '0', '--monitor', '--page-port', '0', '--no-memory', '--host', '0.0.0.0', '--no-announce');
  await rig.that('open to the network, it lets in who has the token and nobody else', async () => {
    assert.match(alone.address, /\?token=[\w-]{10,}$/);
    const address = alone.address.replace(/[\d.]+(?=:)/, '127.0.0.1');
    const score = new URL('score.json', address);
    assert.equal((await fetch(score)).status, 403, 'without a token');
    assert.equal((await fetch(`${score}?token=guessed`)).status, 403, 'with another');
    const withToken = `${score}${new URL(address).search}`;
    assert.equal((await fetch(withToken)).status, 200, 'with the token');
    assert.equal((await fetch(withToken, { headers: { origin: 'http://elsewhere.example' } })).status, 403, 'from another site');
    const guest = await open(browser, address, 'tablet', 'light', plugIn);
    await rig.that("an instrument at the browser's MIDI is the soloist", async () => {
      const solo = await guest.evaluate(async () => {
        const { parts } = await (await fetch(`/score.json${location.search}`)).json();
        return parts.find(({ role }) => role === 'solo').notes.slice(0, 4).map(([, , , pitch]) => pitch);
      });
      await guest.click('summary');
      await guest.click('#midi');
      await guest.waitForFunction(() => document.getElementById('notice').textContent !== '');
      for (const pitch of solo) {
        await guest.evaluate((played) => window.finger(0x90, played, 80), pitch);
        await sleep(900);
        await guest.evaluate((played) => window.finger(0x80, played, 0), pitch);
      }
      await guest.waitForFunction(() => document.querySelectorAll('.note[class*="j-"]').length >= 3, undefined, { timeout: patience });
    });
    await guest.close();
  });
  await rig.that('the browser has nothing to complain of', () => assert.deepEqual(complaints, []));
} catch (fault) {
  await rig.that('the rig itself works', () => {
    throw fault;
  });
} finally {
  await browser.close();
  await demo?.stop();
  await alone?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = rig.close();
