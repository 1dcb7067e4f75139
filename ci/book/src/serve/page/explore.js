// All that a check can come to: how many executions there are, in what they differ, and one of each kind as a picture.

import { OWN, grouped, make, plain } from './exercises.js';

/** Asks the server, which has it explored, and shows in `place` what it says. */
export async function explore(id, check, place) {
    const said = make('p', { role: 'status', text: 'Exploring …' });
    place.replaceChildren(said);
    const answer = await fetch(`${OWN}explore/${id}/${check}`, { method: 'POST' }).catch(() => null);
    if (!answer?.ok) {
        said.textContent = answer?.status === 409 ? 'A save has come between. Ask again.' : 'The server does not answer.';
        return;
    }
    const { models, trouble } = await answer.json();
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
        place.append(...programs.map(unfolding));
    } else {
        said.textContent = `${plain(check)}: ${extent(programs[0] ?? models[0])}.`;
        show(place, programs);
    }
}

function show(place, models) {
    place.append(...models.flatMap(shown));
    for (const figure of place.querySelectorAll('figure.execution:not(.history)')) globalThis.movePicture(figure);
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

function shown({ outcomes, left_out }) {
    const same = ({ reads }, read) => reads.some(other => JSON.stringify(other) === JSON.stringify(read));
    return [
        ...outcomes.map(outcome => {
            const own = outcome.reads.filter(read => outcomes.length === 1 || !outcomes.every(other => same(other, read)));
            const details = make('details', {},
                make('summary', {},
                    make('span', { class: `state ${classOfEnd(outcome.passes)}`, text: `${grouped(outcome.executions)} ${outcome.passes ? 'pass' : 'fail'}${outcome.executions === 1 ? (outcome.passes ? 'es' : 's') : ''}` }),
                    own.length ? ': ' : '', own.map(saidOf).join(', ')));
            const picture = make('div');
            // The server draws it and escapes what it writes into it.
            picture.innerHTML = outcome.picture ?? '';
            details.append(picture);
            return details;
        }),
        ...(left_out ? [make('p', { text: `${grouped(left_out)} have still other outcomes.` })] : []),
    ];
}
