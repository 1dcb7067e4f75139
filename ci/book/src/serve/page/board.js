// The board of all exercises, on the first page.

import { OWN, SILENT, all, learnOf, make, mark, shownState, time, told, url } from './exercises.js';

// What only the board shows, only its page asks for: titles, minutes, chapters.
const { chapters, exercises } = await fetch(`${OWN}work`).then(answer => answer.json());
for (const { id, page, title, minutes } of exercises) learnOf({ ...told.exercises.get(id), id, page, title, minutes });

let board;
export function showBoard() {
    const start = document.querySelector('main h2');
    if (!start && !board) return;
    const left = list => list.filter(exercise => exercise.state !== 'passing').reduce((sum, { minutes }) => sum + minutes, 0);
    const rows = [...Map.groupBy(all(), exercise => exercise.page.split('/')[0])].map(([chapter, list]) => make('tr', {},
        make('th', { scope: 'row', text: chapters[chapter] ?? chapter }),
        make('td', {}, make('div', { class: 'marks' }, ...list.map(exercise => {
            const label = `${exercise.title}: ${shownState(exercise)}`;
            const link = make('a', { href: url(exercise), title: label, 'aria-label': label }, mark(exercise));
            link.firstChild.setAttribute('aria-hidden', 'true');
            return link;
        }))),
        make('td', { text: left(list) ? time(left(list)) : 'done' })));
    const done = all().filter(({ state }) => state === 'passing').length;
    const rest = left(all()) ? `, about ${time(left(all()))} left` : '';
    const now = make('section', { class: 'board', 'aria-label': 'Your progress' },
        make('h2', { id: 'your-progress', text: 'Your progress' }),
        make('p', { text: `${done} of ${told.exercises.size} exercises pass${rest}.${told.isThere ? '' : ` ${SILENT}.`}` }),
        make('div', { class: 'table-wrapper' }, make('table', {},
            make('thead', {}, make('tr', {}, ...['Chapter', 'Exercises', 'Left'].map(text => make('th', { scope: 'col', text })))),
            make('tbody', {}, ...rows))));
    if (board?.isEqualNode(now)) return;
    if (board) board.replaceWith(now);
    else {
        start.before(now);
        // It was not there yet when the browser looked for it.
        if (location.hash === '#your-progress') now.scrollIntoView();
    }
    board = now;
}
