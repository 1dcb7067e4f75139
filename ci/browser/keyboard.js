// What a reader without a mouse must be able to do, and what must not happen by accident.

import assert from 'node:assert/strict';
import { violations } from './axe.js';

/** Presses Tab until `selector` has the focus. */
async function tabTo(page, selector) {
    for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(s => document.activeElement?.matches(s), selector)) {
            return;
        }
    }
    assert.fail(`Tab never reaches ${selector}`);
}

const tests = {
    async sidebar_is_hidden_and_shown_with_the_keyboard(page) {
        const shown = () => page.evaluate(() => document.documentElement.classList.contains('sidebar-visible'));
        const before = await shown();
        await tabTo(page, '#locksmith-sidebar-toggle');
        await page.keyboard.press('Enter');
        assert.equal(await shown(), !before);
        await page.keyboard.press('Space');
        assert.equal(await shown(), before);
        const expanded = await page.getAttribute('#locksmith-sidebar-toggle', 'aria-expanded');
        assert.equal(expanded, String(before));
    },

    async search_finds_and_its_results_are_accessible(page) {
        await page.keyboard.press('s');
        await page.locator('#mdbook-searchbar').pressSequentially('happens before');
        await page.waitForSelector('#mdbook-searchresults li');
        assert.deepEqual(await violations(page), []);
    },

    async help_is_accessible(page) {
        await page.keyboard.press('?');
        await page.waitForSelector('#mdbook-help-popup', { state: 'visible' });
        assert.deepEqual(await violations(page), []);
    },

    async chapter_is_unfolded_with_the_keyboard(page) {
        await tabTo(page, '.chapter-fold-toggle');
        const open = () => page.evaluate(() => document.activeElement.closest('li').classList.contains('expanded'));
        const before = await open();
        await page.keyboard.press('Enter');
        assert.equal(await open(), !before);
    },

    async wide_block_scrolls_with_the_arrow_keys_and_the_page_stays(page) {
        await page.setViewportSize({ width: 400, height: 800 });
        await page.reload();
        await page.evaluate(() => {
            const wide = document.querySelector('main pre > code.language-text');
            wide.id = 'wide';
            wide.focus();
        });
        assert.equal(await page.evaluate(() => document.activeElement.id), 'wide');
        const url = page.url();
        await page.keyboard.press('ArrowRight');
        await page.waitForFunction(() => document.getElementById('wide').scrollLeft > 0);
        assert.equal(page.url(), url);
    },

    async tabs_are_chosen_with_the_arrow_keys_and_the_page_stays(page) {
        await page.goto(new URL('../other_languages/index.html', page.url()).href);
        const url = page.url();
        const shown = () => page.evaluate(() => [...document.querySelectorAll('.tab')]
            .filter(tab => tab.checkVisibility()).map(tab => tab.querySelector('p').textContent));
        assert.deepEqual(await shown(), ['Zig']);
        await tabTo(page, '.tabs > input');
        await page.keyboard.press('ArrowRight');
        assert.deepEqual(await shown(), ['C']);
        await page.keyboard.press('ArrowLeft');
        assert.deepEqual(await shown(), ['Zig']);
        assert.equal(page.url(), url);
        assert.deepEqual(await violations(page), []);
        await page.emulateMedia({ media: 'print' });
        assert.deepEqual(await shown(), ['Zig', 'C', 'C++', 'Rust']);
    },

    async question_is_answered_with_the_keyboard_and_the_answer_is_kept(page) {
        await page.goto(new URL('../ch04_spin_lock/guard.html', page.url()).href);
        const choice = number => page.locator('button.choice').nth(number - 1);
        const verdict = page.locator('form.question .verdict').first();
        await tabTo(page, 'button.choice');
        await page.keyboard.press('Enter');
        assert.match(await verdict.textContent(), /Not this one/);
        assert.match(await choice(1).locator('xpath=..').locator('.reason').textContent(), /\w/);
        await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Space');
        assert.match(await verdict.textContent(), /Right/);
        assert.deepEqual(await violations(page), []);
        await page.reload();
        assert.equal(await choice(3).getAttribute('aria-pressed'), 'true');
        assert.match(await verdict.textContent(), /Right/);
        assert.equal(await choice(1).getAttribute('aria-pressed'), 'false');
    },

    async solution_opens_only_when_asked_twice(page) {
        await page.evaluate(() => {
            // As the browser's own search does.
            document.querySelector('details.solution').open = true;
        });
        const open = () => page.evaluate(() => document.querySelector('details.solution').open);
        await page.waitForTimeout(100);
        assert.equal(await open(), false);
        const summary = page.locator('details.solution > summary').first();
        await summary.click();
        assert.equal(await open(), false);
        assert.match(await summary.textContent(), /press again/);
        await summary.press('Enter');
        assert.equal(await open(), true);
        await page.waitForTimeout(100);
        assert.equal(await open(), true);
        await summary.click();
        assert.equal(await open(), false);
        assert.doesNotMatch(await summary.textContent(), /press again/);
    },
};

/** Runs the tests on the page at `url`; returns what went wrong. */
export async function keyboard(context, url) {
    const problems = [];
    for (const [name, test] of Object.entries(tests)) {
        const page = await context.newPage();
        try {
            await page.goto(url);
            await test(page);
        } catch (error) {
            problems.push(`${name}: ${error.message}`);
        }
        await page.close();
    }
    return problems;
}
