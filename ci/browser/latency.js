// How long it takes from a save until the page shows the verdict, and where that time goes.
//
//   node ci/browser/latency.js FOLDER EDITS     FOLDER: a copy of the repository in which everything is solved, and which may be edited
//
// Only printed: nothing is compared with it.

import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [folder, edits] = [process.argv[2], Number(process.argv[3] ?? 20)];
const STEM = 'ch04_spin_lock/guard';
const FILE = `${folder}/exercises/src/${STEM}.rs`;

const server = spawn('cargo', ['book', '--root', folder, '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
let origin;
for await (const line of createInterface(server.stdout)) {
    origin = /http:\/\/\S+:\d+/.exec(line)?.[0];
    if (origin) break;
}

/** The steps of a judging, as the server tells them: when the first event of each phase came. */
let steps = {};
async function listen() {
    const answer = await fetch(`${origin}/.book/events`);
    let rest = '';
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + part).split('\n');
        rest = lines.pop();
        for (const line of lines.filter(line => line.startsWith('data: '))) {
            const exercise = JSON.parse(line.slice(6)).exercises?.find(({ page }) => page === STEM);
            if (!exercise) continue;
            steps[exercise.doing?.phase ?? 'judged'] ??= Date.now();
            // The page shows a failure before the other checks have ended.
            if (!exercise.doing || exercise.doing.failed) steps.known ??= Date.now();
        }
    }
}
listen().catch(() => {});

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
const page = await browser.newPage();
page.setDefaultTimeout(300_000);
await page.goto(`${origin}/${STEM}.html`);

/** Resolves to the time at which the page shows the verdict on what is saved from now on. */
const shown = state => page.evaluate(state => new Promise(done => {
    let begun = false;
    const look = () => {
        const words = document.querySelector('.work-line .state')?.textContent ?? '';
        begun ||= words.startsWith('…');
        const result = document.querySelector('.work .result');
        const isThere = result?.querySelector(state === 'failing' ? 'figure.execution svg' : 'details .checks');
        if (!begun || !words.includes(state) || !isThere) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(Date.now())));
    };
    const watch = new MutationObserver(look);
    watch.observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true, characterData: true });
}), state);

const right = await readFile(FILE, 'utf8');
const wrong = right.replace('store(UNLOCKED, Release)', 'store(UNLOCKED, sync::atomic::Ordering::Relaxed)');
const all = { passing: [], failing: [] };
await page.locator('.work-line .state', { hasText: '✓ passing' }).waitFor();
for (let edit = 0; edit <= edits; edit++) {
    for (const [state, text] of [['failing', wrong], ['passing', right]]) {
        steps = {};
        const end = shown(state);
        await page.evaluate(() => new Promise(requestAnimationFrame));
        const saved = Date.now();
        await writeFile(FILE, `${text}// Edit ${edit} of ${saved}.\n`);
        const time = await end;
        const { waiting, compiling, checking, known } = steps;
        // What was saved is judged to the end before the next save.
        while (!steps.judged) await new Promise(done => setTimeout(done, 20));
        // The first judging finds nothing in the machine's caches.
        if (edit > 0) all[state].push([time - saved, waiting - saved, compiling - waiting, checking - compiling, known - checking, time - known]);
    }
}
await writeFile(FILE, right);

const median = list => {
    const sorted = list.toSorted((a, b) => a - b);
    return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
};
const seconds = ms => `${(ms / 1000).toFixed(2)} s`;
for (const [state, rows] of Object.entries(all)) {
    const totals = rows.map(row => row[0]);
    console.log(`${`saved → the page shows that it is ${state}`.padEnd(66)} ${seconds(median(totals)).padStart(10)} (${seconds(Math.min(...totals))} to ${seconds(Math.max(...totals))}, median of ${rows.length})`);
    ['the save is noticed', 'the judge compiles', 'compiled', 'the verdict or the first failure is known', 'the page shows it'].forEach((what, index) =>
        console.log(`  ${what.padEnd(64)} ${seconds(median(rows.map(row => row[index + 1]))).padStart(10)}`));
}
await browser.close();
server.kill();
