// The mark of each exercise, at every link to it: in the table of contents and in the tables of the chapters.

import { all, make, mark, told, url } from './exercises.js';

let links;

/** The links to each exercise, by its path. */
function found() {
    const pages = new Set(all().map(url));
    const links = [...document.querySelectorAll('#mdbook-sidebar a[href], main table a[href]')]
        .filter(link => !link.hash && !link.closest('.board'));
    return Map.groupBy(links.filter(link => pages.has(link.pathname)), link => link.pathname);
}

/** What the table of contents calls an exercise. */
export const titleOf = exercise => links?.get(url(exercise))?.[0].textContent.trim() ?? exercise.page;

/** The board is on the first page; the way there is on every page. */
function linkBoard() {
    const link = make('a', { href: '/introduction.html#your-progress', text: 'Your progress' });
    document.querySelector('#mdbook-sidebar ol.chapter')?.prepend(make('li', { class: 'chapter-item' }, make('span', { class: 'chapter-link-wrapper' }, link)));
}

/** Shows the marks of these exercises. */
export function showMarks(ids) {
    if (!links) {
        links = found();
        linkBoard();
    }
    for (const id of ids) {
        const exercise = told.exercises.get(id);
        for (const link of links.get(url(exercise)) ?? []) {
            const now = mark(exercise);
            const before = link.previousElementSibling?.matches('.mark') ? link.previousElementSibling : null;
            if (before?.isEqualNode(now)) continue;
            if (before) before.replaceWith(now);
            else link.before(now);
        }
    }
}
