// What has failed: a check with the execution that breaks it, or what the compiler says.

import { make, plain, words as withCode } from './exercises.js';

/** What the compiler says. */
export function rejection({ message, line, column, rendered }) {
    const place = line ? `line ${line}${column ? `:${column}` : ''}: ` : '';
    return make('div', {}, make('p', { class: 'headline' }, ...withCode(place + message)), block(rendered));
}

function block(text) {
    return make('pre', {}, make('code', { class: 'language-text hljs', tabindex: '0', role: 'group', 'aria-label': 'Text, scrolls sideways', text }));
}

/** A check that does not pass. */
function failure({ title, headline, picture, lines, before = '', after = '', report = '', output = '', machines, nearest }) {
    const [program, drawn, words, near, sentence] = ['div', 'div', 'div', 'div', 'p'].map(tag => make(tag));
    const code = make('pre', { class: 'code', tabindex: '0', role: 'group', 'aria-label': 'The line of this step' });
    // The server makes the HTML and escapes what it writes into it.
    program.innerHTML = before;
    drawn.innerHTML = picture ?? '';
    words.innerHTML = after;
    drawn.addEventListener('step', ({ detail }) => quote(code, lines, detail));
    sentence.innerHTML = nearest?.sentence ?? '';
    near.innerHTML = nearest?.picture ?? '';
    return make('div', { class: 'failure' },
        make('p', { class: 'headline', text: plain(title) }), make('p', {}, ...withCode(headline)), program, drawn, code, words,
        machines ? make('p', {}, ...withCode(machines)) : null,
        nearest ? make('details', {}, make('summary', { text: 'The nearest execution that passes' }), sentence, near) : null,
        make('details', picture ? {} : { open: '' }, make('summary', { text: 'As text' }), block(report)),
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

/** What is shown of a check, to know it again. */
const known = new WeakMap();
const nameOf = ({ title, report }) => `${title} ${report}`;

/** Has the reader begun to go through what is shown? */
const isInUse = failure => failure.contains(document.activeElement) || failure.querySelector('g.now') !== null;

/**
 * Checks that do not pass: one is shown, the others unfold. If one is there already, it stays while others are still checked. When all have ended,
 * the first takes its place, as in a terminal, unless the reader is in the middle of its picture.
 */
export async function failures(checks, before, isWhole) {
    if (checks.some(({ picture }) => picture) && !globalThis.movePicture) await import('/picture.js');
    const isKept = check => before && known.get(before) === nameOf(check);
    const kept = checks.find(check => isKept(check) && (!isWhole || check === checks[0] || isInUse(before)));
    const [first, ...others] = kept ? [kept, ...checks.filter(check => check !== kept)] : checks;
    if (!first) return [];
    const shown = kept ? before : moving(failure(first));
    known.set(shown, nameOf(first));
    return [shown, ...others.map(check => {
        const details = make('details', { class: 'too' }, make('summary', { text: `${check.outcome === 'not decided' ? 'Not decided' : 'Fails too'}: ${plain(check.title)}` }));
        details.addEventListener('toggle', () => details.append(moving(failure(check))), { once: true });
        return details;
    })];
}

function moving(place) {
    for (const figure of place.querySelectorAll('figure.execution:not(.history)')) globalThis.movePicture(figure);
    return place;
}
