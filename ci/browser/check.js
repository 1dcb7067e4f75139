// Opens every page of the book, on a desktop in each theme and on a phone.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { violations } from './axe.js';
import { keyboard } from './keyboard.js';
import { live } from './live.js';
import { serve } from './server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shots = `${root}target/screenshots/`;

// BOOK: another folder than book/ to check. CHROMIUM: the browser. PAGES: only pages whose path contains it, and nothing else; or
// `live`, only the book that is served.

/** The page whose requests and bytes are reported alone. */
const MEASURED = 'ch04_spin_lock/index.html';
/** The page that the keyboard is tried on: it has a wide block and a solution. */
const KEYBOARD = 'how_to_work/index.html';

// `--quick`, and the themes. Quick is without screenshots, which only people look at, and without a phone: the desktop's page is made as
// narrow as one. That takes a third of the time.
const named = process.argv.slice(2).filter(argument => argument !== '--quick');
const QUICK = named.length < process.argv.length - 2;
const THEMES = named[0]?.split(',') ?? ['light', 'navy'];
/** All pages in one: its parts are tried where they belong, and it is too long for a picture. It is only opened. */
const WHOLE = 'print.html';
const DEVICES = {
    desktop: { viewport: { width: 1280, height: 900 } },
    phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

const summary = await readFile(`${root}src/SUMMARY.md`, 'utf8');
const chapters = [...summary.matchAll(/\]\(([^)]+)\.md\)/g)].map(([, stem]) => stem.replace(/README$/, 'index') + '.html');
const only = process.env.PAGES;
const pages = [...chapters, WHOLE, '404.html'].filter(path => !only || path.includes(only));

const server = await serve(process.env.BOOK ?? `${root}book`);
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
        // There is no other host. That nobody asks for one is seen too, below.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
});

const problems = [];

/** A window that pages are opened in one after the other, as a reader does: what they share, it loads once. What goes wrong is written down. */
async function newWindow(device, theme) {
    const context = await browser.newContext({
        ...DEVICES[device],
        colorScheme: ['light', 'rust'].includes(theme) ? 'light' : 'dark',
        reducedMotion: 'reduce',
    });
    // How long a page may take on a busy machine says nothing about it.
    context.setDefaultTimeout(300_000);
    await context.addInitScript(`localStorage.setItem('mdbook-theme', '${theme}'); window.print = () => {};`);
    const page = await context.newPage();
    const view = { page, device, where: '', requests: [] };
    page.on('request', request => {
        const url = request.url();
        if (url.startsWith('data:')) return;
        view.requests.push(url);
        if (!url.startsWith(`${server.origin}/`)) problems.push(`${view.where}: asks for ${url}`);
    });
    page.on('pageerror', error => problems.push(`${view.where}: ${error.message}`));
    page.on('console', message => {
        if (message.type() === 'error') problems.push(`${view.where}: console: ${message.text()}`);
    });
    page.on('response', response => {
        if (response.status() >= 400) problems.push(`${view.where}: ${response.status()} ${response.url()}`);
    });
    return view;
}

/** The page is drawn, and what scripts do once it is drawn is done. */
const settled = page => page.evaluate(async () => {
    await document.fonts.ready;
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
});

/** Checks a page in these themes, one after the other, as a reader changes them. */
async function check(view, [first, ...others], path) {
    const { page, device } = view;
    const where = `${path} (${first}, ${device})`;
    Object.assign(view, { where, requests: [] });
    await page.setViewportSize(DEVICES[device].viewport);
    await page.goto(`${server.origin}/${path}`);
    await settled(page);
    const files = new Set(view.requests);
    const bytes = [...files].reduce((sum, url) => sum + server.size(url), 0);
    await measure(page, where);
    await shoot(page, path, first, device);

    const unfolded = page.evaluate(async () => {
        const folded = [...document.querySelectorAll('details:not([open])')];
        const all = Promise.all(folded.map(details => new Promise(done => details.addEventListener('toggle', done, { once: true }))));
        for (const details of document.querySelectorAll('details:not(.solution)')) details.open = true;
        for (const summary of document.querySelectorAll('details.solution > summary')) {
            summary.click();
            summary.click();
        }
        await all;
        // What moves through pictures comes when they are near.
        document.querySelector('figure.execution')?.scrollIntoView();
    });
    await Promise.race([unfolded, page.waitForTimeout(300_000)]);
    await page.waitForFunction(() => document.querySelector('details:not([open])') === null
        && document.querySelectorAll('figure.execution:not(.history)').length === document.querySelectorAll('figure.execution .moves').length)
        .catch(() => problems.push(`${where}: a part stays folded, or a picture without its buttons`));
    await settled(page);
    let faults = await accuse(page, path, where);
    for (const theme of others) {
        await page.evaluate(theme => document.getElementById(`mdbook-theme-${theme}`).click(), theme);
        await page.waitForFunction(theme => document.documentElement.classList.contains(theme), theme);
        await settled(page);
        await shoot(page, path, theme, device);
        faults += await accuse(page, path, `${path} (${theme}, ${device})`);
    }
    if (QUICK) {
        await page.setViewportSize(DEVICES.phone.viewport);
        await settled(page);
        await measure(page, `${path} (${first}, as narrow as a phone)`);
    }
    return { requests: files.size, bytes, faults };
}

/** A page is no wider than the screen. */
async function measure(page, where) {
    const wide = await page.evaluate(() => {
        const boxes = [document.documentElement, document.getElementById('mdbook-content')];
        return Math.max(...boxes.map(box => box.scrollWidth - box.clientWidth));
    });
    if (wide > 0) problems.push(`${where}: ${wide} pixels wider than the screen`);
    const cut = await page.evaluate(() => [...document.querySelectorAll('.report :is(.table-wrapper, table)')]
        .filter(box => box.scrollWidth > box.closest('.report').clientWidth).length);
    if (cut > 0) problems.push(`${where}: ${cut} timelines are wider than their report`);
}

async function shoot(page, path, theme, device) {
    if (path === WHOLE || QUICK) return;
    const name = `${path.replaceAll('/', '-').replace('.html', '')}-${theme}-${device}.png`;
    await page.screenshot({ path: shots + name, fullPage: true });
}

async function accuse(page, path, where) {
    const faults = path === WHOLE ? [] : await violations(page);
    problems.push(...faults.map(fault => `${where}: ${fault}`));
    return faults.length;
}

await rm(shots, { recursive: true, force: true });
await mkdir(shots, { recursive: true });
// Colours do not depend on the size of the screen: a phone is tried in one theme.
const visits = (QUICK ? ['desktop'] : Object.keys(DEVICES)).flatMap(device => {
    const themesOf = path => device === 'phone' || path === WHOLE ? THEMES.slice(0, 1) : THEMES;
    return pages.map(path => ({ device, themes: themesOf(path), path }));
});
// The longest first, so that no window is left alone with one.
const length = ({ path }) => server.size(`${server.origin}/${path}`);
const waiting = visits.toSorted((a, b) => length(b) - length(a));
async function checkSome() {
    const windows = {};
    for (let visit = waiting.shift(); visit; visit = waiting.shift()) {
        const { device, themes, path } = visit;
        const view = windows[device] ??= await newWindow(device, THEMES[0]);
        visit.result = await check(view, themes, path);
    }
    for (const { page } of Object.values(windows)) await page.context().close();
}
// The served book waits for compilers now and then: the pages are opened meanwhile.
const served = !only || only === 'live' ? live(browser) : [];
await Promise.all(Array.from({ length: availableParallelism() }, checkSome));

let [views, faults] = [0, 0];
console.log('requests    bytes  page');
for (const { device, themes, path, result } of visits) {
    views += themes.length;
    faults += result.faults;
    if (device === 'desktop') {
        const mark = path === MEASURED ? '  <- the chapter page' : '';
        console.log(`${String(result.requests).padStart(8)} ${String(result.bytes).padStart(8)}  ${path}${mark}`);
    }
}

for (const theme of only ? [] : THEMES) {
    const context = await browser.newContext({ ...DEVICES.desktop, reducedMotion: 'reduce' });
    context.setDefaultTimeout(300_000);
    await context.addInitScript(`localStorage.setItem('mdbook-theme', '${theme}')`);
    problems.push(...await keyboard(context, `${server.origin}/${KEYBOARD}`));
    await context.close();
}

problems.push(...await served);
await browser.close();
server.close();
for (const problem of new Set(problems)) console.error(problem);
console.log(`${views} page views (${THEMES.join(', ')}), ${faults} axe violations, ${new Set(problems).size} problems${QUICK ? '' : '; screenshots in target/screenshots/'}`);
process.exitCode = problems.length === 0 ? 0 : 1;
