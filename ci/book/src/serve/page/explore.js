// All that a check can come to: how many executions there are, in what they differ, and one of each kind as a picture.

import { OWN, grouped, make, plain } from './exercises.js';

/** So many programs or outcomes are shown at once. */
const AT_ONCE = 20;

/** Asks the server, which has it explored, and shows in `place` what it says. */
export async function explore(id, check, place) {
    const said = make('p', { role: 'status', text: 'Exploring …' });
    place.replaceChildren(said);
    const answer = await fetch(`${OWN}explore/${id}/${check}`, { method: 'POST' }).catch(() => null);
    if (!answer?.ok) {
        said.textContent = answer?.status === 409 ? 'A save has come between. Ask again.' : 'The server does not answer.';
        return;
    }
    const { models, others, trouble } = await answer.json();
    if (trouble) {
        said.textContent = trouble;
        return;
    }
    if (!globalThis.movePicture) await import('/picture.js');
    // A check that makes many small programs has a model for each. Where nothing of one was explored, there is nothing to show.
    const programs = models.map((model, index) => ({ ...model, number: index + 1 })).filter(({ executions }) => executions > 0);
    if (programs.length > 1) {
        const executions = programs.reduce((sum, program) => sum + program.executions, 0);
        said.textContent = `${plain(check)}: ${counted(programs.length, 'program')}, ${counted(executions, 'execution')}.`;
        const fails = ({ outcomes }) => outcomes.some(({ passes }) => !passes);
        // Where there are hundreds, those first in which there is most to see.
        some(place, programs.toSorted((a, b) => fails(b) - fails(a) || b.outcomes.length - a.outcomes.length).map(program => () => unfolding(program)), 'program');
    } else if (models.length > 0) {
        said.textContent = `${plain(check)}: ${extent(programs[0] ?? models[0])}.`;
        show(place, programs);
    } else said.textContent = `${plain(check)}: there is nothing to explore.`;
    if (others) place.append(make('p', { text: `${counted(others, 'more execution')} of small programs are judged and not shown: in them a thread waits for ever, or stops, or is overtaken at each of its steps.` }));
}

/** The first of these, and a button for more. */
function some(place, all, what) {
    place.append(...all.slice(0, AT_ONCE).map(build => build()));
    const left = all.slice(AT_ONCE);
    if (left.length === 0) return;
    const button = make('button', { type: 'button', text: `${counted(left.length, `more ${what}`)}` });
    button.addEventListener('click', () => {
        const last = button.previousElementSibling;
        button.remove();
        some(place, left, what);
        last.nextElementSibling.querySelector('summary').focus();
    });
    place.append(button);
}

function show(place, models) {
    for (const { outcomes, left_out, program } of models) {
        if (program) place.append(make('pre', {}, make('code', { class: 'language-text hljs', text: program.trim() })));
        some(place, shown(outcomes), 'outcome');
        if (left_out) place.append(make('p', { text: `${grouped(left_out)} have other outcomes.` }));
    }
}

/** One program of many. Its pictures are there for a reader who unfolds it. */
function unfolding(program) {
    const passes = program.outcomes.every(({ passes }) => passes);
    const details = make('details', {}, make('summary', {},
        `Program ${program.number} `, make('span', { class: `state ${classOfEnd(passes)}`, text: passes ? 'passes' : 'fails' }), `: ${extent(program)}`));
    details.addEventListener('toggle', () => show(details, [program]), { once: true });
    return details;
}

const classOfEnd = passes => passes ? 'passing' : 'failing';
const extent = ({ executions, complete, outcomes }) =>
    `${counted(executions, 'execution')}${complete ? '' : ' within bounds'}, ${counted(outcomes.length, 'outcome')}`;
const saidOf = ({ thread, operation, value, from }) => {
    const source = typeof from !== 'number' ? '' : from === thread ? ' (its own)' : ` (from thread ${from})`;
    return `thread ${thread} ${operation} → ${value}${source}`;
};
const counted = (number, what) => `${grouped(number)} ${what}${number === 1 ? '' : 's'}`;

/** What makes the part of each outcome, with what is read in it alone; those that fail are the first. */
function shown(outcomes) {
    const same = ({ reads }, read) => reads.some(other => JSON.stringify(other) === JSON.stringify(read));
    return outcomes.toSorted((a, b) => a.passes - b.passes).map(outcome => () => {
        const own = outcome.reads.filter(read => outcomes.length === 1 || !outcomes.every(other => same(other, read)));
        const details = make('details', {},
            make('summary', {},
                make('span', { class: `state ${classOfEnd(outcome.passes)}`, text: `${grouped(outcome.executions)} ${outcome.passes ? 'pass' : 'fail'}${outcome.executions === 1 ? (outcome.passes ? 'es' : 's') : ''}` }),
                own.length ? ': ' : '', own.map(saidOf).join(', ')));
        const picture = make('div');
        // The server draws it and escapes what it writes into it.
        picture.innerHTML = outcome.picture ?? '';
        details.append(picture);
        for (const figure of picture.querySelectorAll('figure.execution:not(.history)')) globalThis.movePicture(figure);
        return details;
    });
}
