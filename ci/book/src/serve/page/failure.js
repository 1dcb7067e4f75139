// What has failed: a check with the execution that breaks it, or what the compiler says.

import { make, plain } from './exercises.js';

/** What the compiler says. */
export function rejection({ message, line, column, rendered }) {
    const place = line ? `line ${line}${column ? `:${column}` : ''}: ` : '';
    return make('div', {}, make('p', { class: 'headline', text: place + message }), block(rendered));
}

function block(text) {
    return make('pre', {}, make('code', { class: 'language-text hljs', tabindex: '0', role: 'group', 'aria-label': 'Text, scrolls sideways', text }));
}

/** A check that does not pass. */
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

/** Checks that do not pass: the first is shown, the others unfold. */
export async function failures(checks) {
    if (checks.some(({ picture }) => picture) && !globalThis.movePicture) await import('/picture.js');
    return checks.map((check, index) => {
        if (index === 0) return moving(failure(check));
        const details = make('details', { class: 'too' }, make('summary', { text: `Fails too: ${plain(check.title)}` }));
        details.addEventListener('toggle', () => details.append(moving(failure(check))), { once: true });
        return details;
    });
}

function moving(place) {
    for (const figure of place.querySelectorAll('figure.execution:not(.history)')) globalThis.movePicture(figure);
    return place;
}
