// Every exercise with its state: marks at links, and the board.

import { all, make, mark, shownState, time, told, url } from './exercises.js';

// Links to exercises: each has a mark, in the table of contents and in the tables of the chapters.

let links;
export function showMarks() {
    const pages = new Map(all().map(exercise => [url(exercise), exercise]));
    links ??= [...document.querySelectorAll('#mdbook-sidebar a[href], main table a[href]')]
        .filter(link => !link.hash && pages.has(new URL(link.href).pathname) && !link.closest('.board'));
    for (const link of links) {
        const exercise = pages.get(new URL(link.href).pathname);
        const now = mark(exercise);
        const before = link.previousElementSibling?.matches('.mark') ? link.previousElementSibling : null;
        if (before?.isEqualNode(now)) continue;
        if (before) before.replaceWith(now);
        else link.before(now);
    }
}

// The board of all exercises, on the first page.

let board;
export function showBoard() {
    const start = document.querySelector('main h2');
    if (!['/', '/index.html', '/introduction.html'].includes(location.pathname) || !start && !board) return;
    const left = list => list.filter(exercise => exercise.state !== 'passing').reduce((sum, { minutes }) => sum + minutes, 0);
    const rows = [...Map.groupBy(all(), exercise => exercise.page.split('/')[0])].map(([chapter, list]) => make('tr', {},
        make('th', { scope: 'row', text: told.chapters[chapter] ?? chapter }),
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
        make('h2', { text: 'Your progress' }),
        make('p', { text: `${done} of ${told.exercises.size} exercises pass${rest}.` }),
        make('div', { class: 'table-wrapper' }, make('table', {},
            make('thead', {}, make('tr', {}, ...['Chapter', 'Exercises', 'Left'].map(text => make('th', { scope: 'col', text })))),
            make('tbody', {}, ...rows))));
    if (board?.isEqualNode(now)) return;
    if (board) board.replaceWith(now);
    else start.before(now);
    board = now;
}
