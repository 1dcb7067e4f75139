// What a reader without a mouse must be able to do, and what must not happen by accident.

import assert from 'node:assert/strict';
import { violations } from './axe.js';

/** A page that shows an execution which is long. */
const LONG = 'ch10_ideas/lock_free_list.html';

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
    async first_key_leads_to_the_text(page) {
        await page.keyboard.press('Tab');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'locksmith-skip');
        assert.ok(await page.locator('#locksmith-skip').evaluate(link => link.getBoundingClientRect().width > 60));
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement.tagName), 'MAIN');
        await page.keyboard.press('Tab');
        assert.ok(await page.evaluate(() => document.activeElement.closest('main') !== null));
    },

    async words_are_filtered_with_the_keyboard_and_the_page_stays(page) {
        await page.goto(new URL('../words.html', page.url()).href);
        const url = page.url();
        const shown = () => page.evaluate(() => [...document.querySelectorAll('main dt')]
            .filter(term => term.checkVisibility()).map(term => term.textContent));
        const all = (await shown()).length;
        await tabTo(page, '#locksmith-words');
        await page.keyboard.type('spurious');
        assert.ok((await shown()).includes('spurious wake-up'));
        assert.ok((await shown()).length < 12);
        assert.equal(await page.locator('main h2', { hasText: 'Channels' }).isVisible(), false);
        await page.keyboard.press('ArrowRight');
        assert.equal(page.url(), url);
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.press('Delete');
        assert.equal((await shown()).length, all);
    },

    async sidebar_is_hidden_and_shown_with_the_keyboard(page) {
        const shown = () => page.evaluate(() => document.documentElement.classList.contains('sidebar-visible'));
        const before = await shown();
        await tabTo(page, '#locksmith-sidebar-toggle');
        await page.keyboard.press('Enter');
        assert.equal(await shown(), !before);
        // What is hidden cannot be reached either.
        assert.deepEqual(await violations(page), []);
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

    async long_execution_is_unfolded_with_the_keyboard_and_with_a_click(page) {
        await page.goto(new URL(`../${LONG}`, page.url()).href);
        const figure = page.locator('figure.execution').first();
        await figure.scrollIntoViewIfNeeded();
        await figure.locator('.moves').waitFor();
        const all = await figure.locator('g.s').count();
        const shown = () => figure.locator('g.s').evaluateAll(steps => steps.filter(step => getComputedStyle(step).display !== 'none').length);
        const folded = await shown();
        assert.ok(folded < all, `all ${all} steps are shown`);
        /** Each arrow ends at the step that it names, wherever that is now. */
        const isSound = () => figure.evaluate(figure => [...figure.querySelectorAll('.e.rf')].every(arrow => {
            const step = figure.querySelector(`[data-n="${arrow.dataset.e.split(' ')[1]}"]`);
            const box = step.querySelector('rect').y.baseVal.value + step.transform.baseVal[0].matrix.f;
            const end = Number(arrow.getAttribute('d').match(/-?\d+/g)[7]);
            return getComputedStyle(step).display !== 'none' && box < end && end < box + 19;
        }));
        assert.ok(await isSound(), 'an arrow leads elsewhere when it is folded');
        await figure.locator('.canvas').focus();
        const words = figure.locator('p.now');
        for (let presses = 0; presses < all && !/Enter shows them/.test(await words.textContent()); presses++) await page.keyboard.press('ArrowDown');
        const count = Number(/^(\d+) steps/.exec(await words.textContent())[1]);
        await page.keyboard.press('Enter');
        assert.equal(await shown(), folded + count);
        assert.match(await words.textContent(), /Enter folds them/);
        assert.ok(await isSound(), 'an arrow leads elsewhere when a part is unfolded');
        await page.keyboard.press('ArrowDown');
        assert.match(await words.textContent(), /^#\d+ /);
        assert.deepEqual(await violations(page), []);
        await figure.locator('g.f').first().click();
        assert.equal(await shown(), folded);
        const whole = figure.getByRole('button', { name: 'All steps' });
        await whole.click();
        assert.equal(await shown(), all);
        assert.equal(await whole.getAttribute('aria-pressed'), 'true');
        await whole.click();
        assert.equal(await shown(), folded);
        await page.emulateMedia({ media: 'print' });
        await page.waitForFunction(() => !document.querySelector('figure.execution g.folded'));
        await page.emulateMedia({ media: 'screen' });
        await page.waitForFunction(() => document.querySelector('figure.execution g.folded'));
        assert.equal(await shown(), folded);
    },

    async picture_is_whole_without_javascript(page) {
        const paper = await page.context().browser().newContext({ javaScriptEnabled: false });
        const other = await paper.newPage();
        await other.goto(new URL(`../${LONG}`, page.url()).href);
        const steps = other.locator('figure.execution').first().locator('g.s');
        assert.ok(await steps.count() > 26);
        for (const step of await steps.all()) assert.ok(await step.isVisible());
        await paper.close();
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

    async answers_are_printed_and_a_solution_says_where_it_is(page) {
        await page.goto(new URL('../ch04_spin_lock/guard.html', page.url()).href);
        const reasons = page.locator('details.question:not([open]) > ol').first();
        const solution = page.locator('details.solution:not([open]):not(:has(.language-diff))').first();
        const isShown = part => part.evaluate(part => part.checkVisibility({ contentVisibilityAuto: true }) && part.getBoundingClientRect().height > 0);
        assert.equal(await isShown(reasons), false);
        await page.emulateMedia({ media: 'print' });
        assert.ok(await isShown(reasons), 'answers are not printed');
        assert.match(await solution.locator('summary').evaluate(summary => getComputedStyle(summary, '::after').content), /solutions\/src/);
        assert.equal(await isShown(solution.locator('pre').first()), false, 'a solution that nobody has unfolded is printed');
    },

    async litmus_explorer_says_what_orderings_forbid(page) {
        await page.goto(new URL('../ch03_memory_ordering/litmus_lab.html', page.url()).href);
        await page.locator('.explorer > button').press('Enter');
        const row = page.locator('.explorer tr', { hasText: '1.r0 = 1, 1.r1 = 0' });
        const verdicts = async () => (await row.locator('td').allTextContents()).join(' ');
        await row.waitFor();
        assert.equal(await verdicts(), 'no no yes yes yes');
        assert.match(await page.locator('.explorer .reasons').textContent(), /x86-TSO: forbidden.*RC11: allowed/s);
        const choose = async (label, value) => {
            await page.locator(`.explorer select[aria-label^="${label}"]`).focus();
            await page.keyboard.type(value);
        };
        await choose('Thread 0: ordering of y.store(1', 'Release');
        await choose('Thread 1: ordering of r0 = y.load(', 'Acquire');
        await page.locator('.explorer input[type=checkbox]').press('Space');
        assert.equal(await verdicts(), 'no no no no no');
        await row.locator('button').press('Enter');
        assert.match(await page.locator('.explorer .reasons').textContent(), /RC11: forbidden\. Coherence.*a happens before d; d reads an older value than a writes/s);
        assert.equal(await page.locator('.explorer svg .edge.bad').count(), 2);
        assert.deepEqual(await violations(page), []);
    },

    async museum_shows_one_kind_and_counts_what_was_judged(page) {
        await page.goto(new URL('../museum/index.html', page.url()).href);
        const kind = page.locator('.kinds button', { hasText: 'ABA' });
        await kind.press('Enter');
        assert.equal(await kind.getAttribute('aria-pressed'), 'true');
        const rows = page.locator('.museum tbody tr:visible');
        const kinds = await rows.locator('td:nth-child(3)').allTextContents();
        assert.ok(kinds.length > 0 && kinds.every(kinds => kinds.includes('ABA')), kinds.join());
        assert.deepEqual(await violations(page), []);

        await page.goto(new URL('trial.html', page.url()).href);
        // The script of the museum comes after the page.
        await page.locator('.trial p', { hasText: 'judged none' }).waitFor();
        const judge = (at, choice) => page.locator('ol.choices').nth(at).locator('button').nth(choice).press('Enter');
        await judge(0, 0);
        await judge(1, 0);
        assert.match(await page.locator('.trial p').textContent(), /judged 2 of \d+, and 1 as the checker does/);
        assert.ok(await page.locator('details.question').first().evaluate(verdict => verdict.open));
        assert.deepEqual(await violations(page), []);
        await page.locator('.trial button').press('Enter');
        await page.locator('.trial p', { hasText: 'judged none' }).waitFor();
    },

    async level_of_the_game_is_won_with_the_keyboard(page) {
        await page.goto(new URL('../ch03_memory_ordering/scheduler.html', page.url()).href);
        const level = page.locator('.level[data-level="which_came_first"]');
        const words = level.locator('[aria-live]');
        const says = text => words.filter({ hasText: text }).waitFor();
        await level.locator('.moves button').focus();
        await page.keyboard.press('Enter');
        await says('Nothing has been done');
        // Both stores, and then each reader sees the newer of one and the older of the other.
        for (const key of ['1', '1', '1', '2']) await page.keyboard.press(key);
        await says('Step 4');
        // With Tab it can be done too, and back again.
        await tabTo(page, '.choices button:not([data-key="1"])');
        await page.keyboard.press('Enter');
        await says('reads 0 (the first value)');
        await page.keyboard.press('u');
        await says('Step 4');
        await page.keyboard.press('1');
        await says('Step 5');
        assert.deepEqual(await level.locator('.no').allTextContents(), ['has ended', 'has ended', 'has ended']);
        await page.keyboard.press('2');
        await says('You have broken it in 6 steps. That is the fewest there can be.');
        assert.equal(await level.locator('+ details').evaluate(details => details.open), true);
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('r');
        await says('Nothing has been done');

        // What is not offered says why.
        const lock = page.locator('.level[data-level="look_then_lock"]');
        await lock.locator('.moves button').focus();
        await page.keyboard.press('Enter');
        await lock.locator('.choices button').first().waitFor();
        for (const key of ['1', '1', '1', '1']) await page.keyboard.press(key);
        assert.match((await lock.locator('.no').allTextContents()).join(), /the loop would only turn/);
        assert.deepEqual(await violations(page), []);

        // The reader's best is remembered.
        await page.reload();
        assert.match(await level.locator('.moves button').textContent(), /broken in 6/);
    },

    async levels_read_without_their_data(page) {
        await page.route('**/scheduler/*.json', route => route.abort());
        await page.goto(new URL('../ch03_memory_ordering/scheduler.html', page.url()).href);
        const level = page.locator('.level').first();
        await level.locator('.moves button').click();
        await level.locator('.moves', { hasText: 'cargo book' }).waitFor();
        assert.equal(await level.locator('pre').count(), 2);
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

/** Runs the tests whose name contains `only` on the page at `url`; returns what went wrong. */
export async function keyboard(context, url, only = '') {
    const problems = [];
    for (const [name, test] of Object.entries(tests).filter(([name]) => name.includes(only))) {
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
