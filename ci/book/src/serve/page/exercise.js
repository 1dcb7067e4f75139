// The exercise of this page: what is done with it, and the verdict on it.

import { MARKS, OWN, all, ask, classOf, grouped, here, make, plain, shownState, time, told, url } from './exercises.js';

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
    const state = !told.isThere ? `${shownState(exercise)}, when last heard of` : doing ? doing.phase : shownState(exercise);
    const tools = make('span', { class: 'tools' }, ...openers(exercise), runner(exercise),
        exercise.hints[0] ? make('span', { text: `hints ${exercise.hints[1]}/${exercise.hints[0]}` }) : null, nextLink(exercise));
    const now = [
        make('strong', { class: doing ? 'state' : `state ${classOf(exercise.state)}`, text: `${doing ? '…' : MARKS[exercise.state]} ${state}` }),
        make('span', { class: 'note', text: noteOf(exercise, doing) }), tools];
    const focused = section.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    line.replaceChildren(...now);
    if (focused) line.querySelector(`[data-name="${focused}"]`)?.focus();
    if (!doing && work.state !== state) said.textContent = `${exercise.title}: ${state}`;
    work.state = state;
    if (doing?.phase === 'checking') showRunning(doing);
    else if (exercise.verdict !== work.seen && !doing) loadVerdict(exercise);
}

function noteOf(exercise, doing) {
    if (!told.isThere) return 'The server does not answer. Start it again: cargo book';
    if (!doing) return exercise.trouble ?? lastNote(exercise);
    if (doing.phase !== 'checking') return '';
    const of = doing.about ? ` of about ${grouped(doing.about)}` : '';
    const executions = doing.executions ? `, ${grouped(doing.executions)}${of} executions so far` : '';
    return `${doing.before + 1} of ${doing.of}: ${plain(doing.check)}${executions}`;
}

/** A few words about the verdict; of what is to do, how long it takes. */
function lastNote({ state, minutes }) {
    const note = verdict?.exercise?.note ?? '';
    if (['failing', 'not decided'].includes(state)) return plain(note);
    const estimate = minutes && ['to do', 'unknown'].includes(state) ? `about ${time(minutes)}` : '';
    return [note, estimate].filter(Boolean).join(', ');
}

function openers(exercise) {
    if (!verdict || verdict.id !== exercise.id) return [];
    const path = encodeURI(verdict.file.replaceAll('\\', '/').replace(/^\//, ''));
    const line = verdict.line ? `:${verdict.line}` : '';
    const link = (name, scheme) => make('a', { href: `${scheme}://file/${path}${line}`, text: name, 'data-name': scheme, 'aria-label': `Open in ${name}` });
    const own = verdict.editor && make('button', { type: 'button', text: verdict.editor, 'data-name': 'editor', 'aria-label': `Open in ${verdict.editor}` });
    own?.addEventListener('click', () => ask('open', exercise.id));
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
    return next ? make('a', { href: url(next), text: `Next: ${next.title}`, 'data-name': 'next' }) : null;
}

const OUTCOMES = { 'passed': '✓', 'to do': '○', 'not decided': '?' };
/** Checks, a line each. One that runs with real threads as well is named twice only if it does not pass there. */
function checkList(checks) {
    const shown = checks.filter(({ title, outcome }) => outcome !== 'passed' || !title.endsWith('(with real threads)'));
    return make('ul', { class: 'checks' }, ...shown.map(({ title, outcome, headline }) => make('li', {},
        make('span', { class: `state mark ${outcome === 'passed' ? 'passing' : 'failing'}`, role: 'img', 'aria-label': outcome, text: OUTCOMES[outcome] ?? '✗' }),
        plain(title), outcome === 'passed' && headline && headline !== 'passed' ? `: ${headline}` : '')));
}

function showRunning({ ended }) {
    work.seen = -1;
    work.result.replaceChildren(checkList(ended.map(([title, outcome]) => ({ title, outcome }))));
}

async function loadVerdict(exercise) {
    work.seen = exercise.verdict;
    const answer = await fetch(`${OWN}exercise/${exercise.id}`).then(answer => answer.ok ? answer.json() : null, () => null);
    if (!answer || answer.verdict !== work.seen) return;
    verdict = answer;
    work.result.replaceChildren(...resultOf(answer.exercise));
    work.result.querySelectorAll('figure.execution:not(.history)').forEach(globalThis.movePicture);
    showWork();
}

function resultOf(exercise) {
    if (!exercise) return [];
    const { checks, messages } = exercise;
    const failed = ['failed', 'does not end', 'not decided'].map(wanted => checks.find(({ outcome }) => outcome === wanted)).find(Boolean);
    const parts = messages.filter(({ level }) => level === 'error').map(({ message, line, column, rendered }) => {
        verdict.line ??= line;
        return make('div', {}, make('p', { class: 'headline', text: `${line ? `line ${line}${column ? `:${column}` : ''}: ` : ''}${message}` }), block(rendered));
    });
    if (failed) parts.push(failure(failed));
    if (checks.length) {
        const names = list => new Set(list.map(({ title }) => title.replace(' (with real threads)', ''))).size;
        const [of, bad] = [names(checks), names(checks.filter(({ outcome }) => outcome !== 'passed'))];
        const list = make('details', {}, make('summary', { text: `${of - bad} of ${of} checks pass` }), checkList(checks));
        list.open = Boolean(failed);
        parts.push(list);
    }
    return parts;
}

function block(text) {
    return make('pre', {}, make('code', { class: 'language-text hljs', tabindex: '0', role: 'group', 'aria-label': 'Text, scrolls sideways', text }));
}

function failure({ title, headline, picture, lines, report = '', output = '', machines, nearest }) {
    const drawn = make('div');
    const code = make('pre', { class: 'code', tabindex: '0', role: 'group', 'aria-label': 'The line of this step' });
    // The server draws it and escapes what it writes into it.
    drawn.innerHTML = picture ?? '';
    drawn.addEventListener('step', ({ detail }) => quote(code, lines, detail));
    const near = make('div');
    near.innerHTML = nearest?.picture ?? '';
    return make('div', { class: 'failure' },
        make('p', { class: 'headline', text: plain(title) }), make('p', { text: headline }), drawn, code,
        machines ? make('p', { text: machines }) : null,
        nearest ? make('details', {}, make('summary', { text: 'The nearest execution that passes' }), make('p', { text: nearest.sentence }), near) : null,
        make('details', { open: '' }, make('summary', { text: 'As text' }), block(report)),
        output.trim() ? make('details', {}, make('summary', { text: 'What your code has printed' }), block(output)) : null);
}

/** The line that a step comes from, with its neighbours. */
function quote(code, lines, step) {
    const ofFile = step && lines[step.file];
    if (!ofFile) return code.replaceChildren();
    const at = Number(step.line);
    const numbers = Object.keys(ofFile).map(Number).filter(number => Math.abs(number - at) <= 3).sort((a, b) => a - b);
    const shown = numbers.map(number => make('span', {
        class: number === at ? 'at' : '', text: `${String(number).padStart(4)}  ${ofFile[number]}${number === at ? '' : '\n'}`,
    }));
    code.replaceChildren(`${step.file}\n`, ...shown);
}
