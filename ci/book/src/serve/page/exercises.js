// What all parts of the page use: the exercises, as the server tells of them, and how they look.

/** Where everything of the server's own lies. */
export const OWN = '/.book/';

/** What a page says that has lost the server. */
export const SILENT = 'The server does not answer. Start it again: cargo book';

/** The exercises by their ids; whether the server answers, as far as is known. */
export const told = { exercises: new Map(), isThere: true };

/** Adds what is news of an exercise. What is not said of what is done with it, or of what is in the way, is not so any more. */
export function learnOf(exercise) {
    told.exercises.set(exercise.id, { ...told.exercises.get(exercise.id), doing: null, trouble: undefined, ...exercise });
}

export const MARKS = { 'passing': '✓', 'failing': '✗', 'does not compile': '✗', 'not decided': '?', 'not judged': '?', 'to do': '○', 'unknown': '○' };
export const shownState = exercise => exercise.state === 'unknown' ? 'not graded yet' : exercise.state;
export const classOf = state => state.replaceAll(' ', '-');
export const plain = name => name.replaceAll('_', ' ');
export const grouped = number => number.toLocaleString('en');

export function make(tag, { text, ...attributes } = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    element.append(...children.filter(child => child !== null && child !== undefined));
    return element;
}

/** Words, where what stands between backticks is code. */
export function words(text) {
    const parts = text.split('`');
    if (parts.length % 2 === 0) return [text];
    return parts.map((part, index) => index % 2 === 1 ? make('code', { text: part }) : part);
}

export const mark = exercise => make('span', {
    class: `state mark ${classOf(exercise.state)}`, role: 'img', 'aria-label': shownState(exercise), text: exercise.doing ? '…' : MARKS[exercise.state],
});
/** Asks the server to do something. Where it does not answer, the page says so already. */
export const ask = (what, ...names) => fetch(OWN + [what, ...names].join('/'), { method: 'POST' }).catch(() => null);
export const url = exercise => `/${exercise.page}.html`;
export const all = () => [...told.exercises.values()];
export const here = () => all().find(exercise => url(exercise) === location.pathname);

export function time(minutes) {
    if (minutes < 60) return `${minutes} minutes`;
    const hours = Math.round(minutes / 30) / 2;
    return `${String(hours).replace('.5', '½').replace(/^0/, '')} hour${hours === 1 ? '' : 's'}`;
}
