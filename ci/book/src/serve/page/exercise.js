// The exercise of this page: what is done with it, and the verdict on it.

import { MARKS, OWN, SILENT, all, ask, classOf, grouped, here, learnOf, make, plain, shownState, told, url } from './exercises.js';
import { titleOf } from './marks.js';

let work;
let verdict;
function build(exercise) {
    const line = make('div', { class: 'work-line' });
    const bar = make('progress', { 'aria-label': 'Checks that have begun' });
    const said = make('div', { class: 'unseen', role: 'status' });
    const section = make('section', { class: 'work', 'aria-label': 'Your exercise' }, line, bar, said, make('div', { class: 'result' }));
    document.querySelector('main h1').after(section);
    document.querySelectorAll('main details.hint').forEach((hint, index) => hint.addEventListener('toggle', () => {
        if (hint.open) ask('hint', exercise.id, index + 1);
    }));
    return { section, line, bar, said, result: section.lastElementChild, seen: -1, state: '' };
}

export function showWork() {
    const exercise = here();
    if (!exercise) return;
    work ??= build(exercise);
    const { section, line, bar, said } = work;
    const doing = told.isThere ? exercise.doing : null;
    section.className = `work ${classOf(exercise.state)}`;
    bar.hidden = doing?.phase !== 'checking';
    if (doing?.of) [bar.max, bar.value] = [doing.of, doing.before];
    const state = !told.isThere ? `${shownState(exercise)}, when last heard of` : doing?.failed ? 'failing, checking on' : doing ? doing.phase : shownState(exercise);
    const tools = make('span', { class: 'tools' }, ...openers(exercise), runner(exercise),
        exercise.hints?.[0] ? make('span', { text: `hints ${exercise.hints[1]}/${exercise.hints[0]}` }) : null, nextLink(exercise));
    const now = [
        make('strong', { class: doing && !doing.failed ? 'state' : `state ${classOf(exercise.state)}`, text: `${doing ? '…' : MARKS[exercise.state]} ${state}` }),
        make('span', { class: 'note', text: noteOf(exercise, doing) }), tools];
    const focused = section.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    line.replaceChildren(...now);
    if (focused) line.querySelector(`[data-name="${focused}"]`)?.focus();
    if (!doing && work.state !== state) said.textContent = `${titleOf(exercise)}: ${state}`;
    work.state = state;
    // A check that has failed is shown while others go on.
    if (doing?.phase === 'checking' && !doing.failed) showRunning(doing);
    else if (exercise.verdict !== work.seen && (!doing || doing.failed)) loadVerdict(exercise);
}

/** After a save the grader answers soon, unless it has to be built. */
const SOON = 3000;
let waitsSince = null;

function saysWhyItWaits() {
    if (waitsSince === null) {
        waitsSince = Date.now();
        setTimeout(showWork, SOON);
    }
    return Date.now() - waitsSince >= SOON;
}

function noteOf(exercise, doing) {
    if (!told.isThere) return SILENT;
    if (!doing) {
        waitsSince = null;
        return exercise.trouble ?? lastNote(exercise);
    }
    if (doing.phase === 'waiting') return saysWhyItWaits() ? 'If the grader has to be built first, that takes some minutes.' : '';
    waitsSince = null;
    if (doing.phase !== 'checking') return '';
    const of = doing.about ? ` of about ${grouped(doing.about)}` : '';
    const executions = doing.executions ? `, ${grouped(doing.executions)}${of} executions begun` : '';
    return `${plain(doing.check)}${executions}`;
}

/** A few words about the verdict. Which check has failed, and why, stands below. */
function lastNote({ state, verdict: number }) {
    // What is said of the verdict before this one is said no more.
    const last = verdict?.verdict === number && verdict.exercise;
    return last && !['failing', 'not decided', 'does not compile'].includes(state) ? last.note ?? '' : '';
}

function openers(exercise) {
    if (!verdict || verdict.id !== exercise.id) return [];
    const path = encodeURI(verdict.file.replaceAll('\\', '/').replace(/^\//, ''));
    const line = verdict.line ? `:${verdict.line}` : '';
    const link = (name, scheme) => make('a', { href: `${scheme}://file/${path}${line}`, text: name, 'data-name': scheme, 'aria-label': `Open in ${name}` });
    const own = verdict.editor && make('button', { type: 'button', text: verdict.editor, 'data-name': 'editor', 'aria-label': `Open in ${verdict.editor}` });
    own?.addEventListener('click', async () => {
        const answer = await ask('open', exercise.id);
        if (answer && !answer.ok) own.after(make('span', { role: 'status', text: ' cannot be started' }));
    });
    return [make('span', {}, 'Open in ', link('VS Code', 'vscode'), ' ', link('Zed', 'zed'), ' ', own)];
}

function runner(exercise) {
    const run = make('button', { type: 'button', text: 'Run', 'data-name': 'run', 'aria-label': 'Run the checks' });
    run.addEventListener('click', () => ask('run', exercise.id));
    return run;
}

function nextLink(exercise) {
    const list = all();
    const at = list.indexOf(exercise);
    const next = [...list.slice(at + 1), ...list.slice(0, at)].find(({ state }) => state !== 'passing');
    return next ? make('a', { href: url(next), text: `Next: ${titleOf(next)}`, 'data-name': 'next' }) : null;
}

const OUTCOMES = { 'passed': '✓', 'to do': '○', 'not decided': '?' };
/** Checks, a line each. One that runs with real threads as well is named twice only if it does not pass there. */
function checkList(checks) {
    const shown = checks.filter(({ title, outcome }) => outcome !== 'passed' || !title.endsWith('(with real threads)'));
    return make('ul', { class: 'checks' }, ...shown.map(({ title, outcome, headline, explore }) => make('li', {},
        make('span', { class: `state mark ${outcome === 'passed' ? 'passing' : 'failing'}`, role: 'img', 'aria-label': outcome, text: OUTCOMES[outcome] ?? '✗' }),
        plain(title), outcome === 'passed' && headline && headline !== 'passed' ? `: ${headline}` : '', explore && explorer(explore))));
}

/** Asks for all that can happen in a check; below it is the answer. */
function explorer(check) {
    const place = make('div', { class: 'explored' });
    const button = make('button', { type: 'button', text: 'Explore', 'aria-label': `Explore ${plain(check)}` });
    button.addEventListener('click', async () => {
        button.after(place);
        const { explore } = await import('./explore.js');
        await explore(verdict.id, check, place);
    });
    return button;
}

function showRunning({ ended }) {
    work.seen = -1;
    work.result.replaceChildren(checkList(ended.map(([title, outcome]) => ({ title, outcome }))));
}

async function loadVerdict(exercise) {
    work.seen = exercise.verdict;
    const answer = await fetch(`${OWN}exercise/${exercise.id}`).then(answer => answer.ok ? answer.json() : null, () => null);
    const result = await resultOf(answer?.exercise);
    if (answer?.verdict !== work.seen) return;
    learnOf({ ...told.exercises.get(answer.id), minutes: answer.minutes, hints: answer.hints });
    verdict = { ...answer, line: errorsOf(answer.exercise).find(({ line }) => line)?.line };
    // What is shown already stays as it is.
    for (const child of [...work.result.children]) if (!result.includes(child)) child.remove();
    work.result.append(...result.filter(part => !part.isConnected));
    showWork();
}

const errorsOf = exercise => exercise?.messages.filter(({ level }) => level === 'error') ?? [];

/** What there is to see of a verdict. What only a failure needs is loaded for the first one. */
async function resultOf(exercise) {
    if (!exercise) return [];
    const { checks } = exercise;
    const errors = errorsOf(exercise);
    const failed = ['failed', 'does not end', 'not decided'].flatMap(wanted => checks.filter(({ outcome }) => outcome === wanted));
    const parts = [];
    if (errors.length || failed.length) {
        const { failures, rejection } = await import('./failure.js');
        parts.push(...errors.map(rejection), ...await failures(failed, work.result.querySelector(':scope > .failure'), !exercise.so_far));
    }
    if (checks.length) {
        const names = list => new Set(list.map(({ title }) => title.replace(' (with real threads)', ''))).size;
        const [of, bad] = [names(checks), names(checks.filter(({ outcome }) => outcome !== 'passed'))];
        const list = make('details', {}, make('summary', { text: `${of - bad} of ${of} checks pass${exercise.so_far ? ' so far' : ''}` }), checkList(checks));
        list.open = failed.length > 0;
        parts.push(list);
    }
    return parts;
}
