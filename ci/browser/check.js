// Opens every page of the book, in each theme, on a desktop and on a phone.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { violations } from './axe.js';
import { keyboard } from './keyboard.js';
import { serve } from './server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shots = `${root}target/screenshots/`;

// BOOK: another folder than book/ to check. CHROMIUM: the browser.

/** The page whose requests and bytes are reported alone. */
const MEASURED = 'ch04_spin_lock/index.html';
/** The page that the keyboard is tried on: it has a wide block and a solution. */
const KEYBOARD = 'how_to_work/index.html';

const THEMES = process.argv[2]?.split(',') ?? ['light', 'navy'];
const DEVICES = {
    desktop: { viewport: { width: 1280, height: 900 } },
    phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

const summary = await readFile(`${root}src/SUMMARY.md`, 'utf8');
const chapters = [...summary.matchAll(/\]\(([^)]+)\.md\)/g)].map(([, stem]) => stem.replace(/README$/, 'index') + '.html');
const pages = [...chapters, 'print.html', '404.html'];

const server = await serve(process.env.BOOK ?? `${root}book`);
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
});

const problems = [];

/** Loads `path` with nothing cached and writes down what goes wrong. */
async function open(device, theme, path) {
    const where = `${path} (${theme}, ${device})`;
    const context = await browser.newContext({
        ...DEVICES[device],
        colorScheme: ['light', 'rust'].includes(theme) ? 'light' : 'dark',
        reducedMotion: 'reduce',
    });
    await context.addInitScript(`localStorage.setItem('mdbook-theme', '${theme}'); window.print = () => {};`);
    const page = await context.newPage();
    const requests = [];
    page.on('request', request => requests.push(request));
    page.on('pageerror', error => problems.push(`${where}: ${error.message}`));
    page.on('console', message => {
        if (message.type() === 'error') problems.push(`${where}: console: ${message.text()}`);
    });
    page.on('response', response => {
        if (response.status() >= 400) problems.push(`${where}: ${response.status()} ${response.url()}`);
    });
    await page.route('**', route => {
        const url = route.request().url();
        if (url.startsWith(server.origin) || url.startsWith('data:')) return route.continue();
        problems.push(`${where}: asks for ${url}`);
        return route.abort();
    });
    await page.goto(`${server.origin}/${path}`);
    await page.evaluate(() => document.fonts.ready);
    return { context, page, requests, where };
}

async function check(device, theme, path) {
    const { context, page, requests, where } = await open(device, theme, path);
    const files = requests.filter(request => !request.url().startsWith('data:'));
    const sizes = await Promise.all(files.map(request => request.sizes().then(size => size.responseBodySize, () => 0)));
    const wide = await page.evaluate(() => {
        const boxes = [document.documentElement, document.getElementById('mdbook-content')];
        return Math.max(...boxes.map(box => box.scrollWidth - box.clientWidth));
    });
    if (wide > 0) problems.push(`${where}: ${wide} pixels wider than the screen`);
    await page.screenshot({ path: shots + `${path.replaceAll('/', '-').replace('.html', '')}-${theme}-${device}.png`, fullPage: true });

    await page.evaluate(() => {
        for (const details of document.querySelectorAll('details:not(.solution)')) details.open = true;
        for (const summary of document.querySelectorAll('details.solution > summary')) {
            summary.click();
            summary.click();
        }
    });
    await page.waitForFunction(() => document.querySelector('details:not([open])') === null)
        .catch(() => problems.push(`${where}: a part stays folded`));
    await page.waitForTimeout(100);
    const faults = await violations(page);
    problems.push(...faults.map(fault => `${where}: ${fault}`));
    await context.close();
    return { requests: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0), faults: faults.length };
}

await rm(shots, { recursive: true, force: true });
await mkdir(shots, { recursive: true });
let faults = 0;
console.log('requests    bytes  page');
for (const device of Object.keys(DEVICES)) {
    for (const theme of THEMES) {
        for (const path of pages) {
            const result = await check(device, theme, path);
            faults += result.faults;
            if (device === 'desktop' && theme === THEMES[0]) {
                const mark = path === MEASURED ? '  <- the chapter page' : '';
                console.log(`${String(result.requests).padStart(8)} ${String(result.bytes).padStart(8)}  ${path}${mark}`);
            }
        }
    }
}

for (const theme of THEMES) {
    const context = await browser.newContext({ ...DEVICES.desktop, reducedMotion: 'reduce' });
    await context.addInitScript(`localStorage.setItem('mdbook-theme', '${theme}')`);
    problems.push(...await keyboard(context, `${server.origin}/${KEYBOARD}`));
    await context.close();
}

await browser.close();
server.close();
for (const problem of new Set(problems)) console.error(problem);
const opened = pages.length * THEMES.length * Object.keys(DEVICES).length;
console.log(`${opened} page views (${THEMES.join(', ')}), ${faults} axe violations, ${new Set(problems).size} problems; screenshots in target/screenshots/`);
process.exitCode = problems.length === 0 ? 0 : 1;
