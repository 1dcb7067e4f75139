// What the server adds to a page: it reloads when the book is new, and shows what the judge says of the reader's work.

import { OWN, here, learnOf, told } from './exercises.js';
import { showMarks } from './marks.js';

/** The page with the board. */
const isFirst = ['/', '/index.html', '/introduction.html'].includes(location.pathname);
/** Exercises that the page does not show yet as they are. */
const changed = new Set();
const { version } = document.querySelector('script[data-version]').dataset;

// A browser opens six connections to one server and no more, so only one tab listens to it, the one with the lock, and tells the
// others. A tab that is new asks what it may have missed.
const tabs = new BroadcastChannel('book');
let listens = false;
let newest = version;

function learn(message) {
    if (message.version) newest = message.version;
    if (newest !== version) return location.reload();
    if ('isThere' in message) told.isThere = message.isThere;
    for (const exercise of message.exercises ?? []) {
        learnOf(exercise);
        changed.add(exercise.id);
    }
    show();
}

tabs.onmessage = ({ data }) => {
    if (data) learn(data);
    else if (listens) tabs.postMessage({ ...told, version: newest, exercises: [...told.exercises.values()] });
};
tabs.postMessage(null);
navigator.locks.request('book', () => new Promise(() => {
    listens = true;
    const tell = message => {
        tabs.postMessage(message);
        learn(message);
    };
    const events = new EventSource(`${OWN}events`);
    events.onmessage = ({ data }) => tell(JSON.parse(data));
    events.onopen = () => tell({ isThere: true });
    events.onerror = () => tell({ isThere: false });
}));

// A judge says more than a screen can show, and a page that nobody looks at needs nothing: once for each frame.
let isDue = false;
function show() {
    if (isDue || told.exercises.size === 0) return;
    isDue = true;
    requestAnimationFrame(async () => {
        isDue = false;
        const { showWork } = here() ? await import('./exercise.js') : {};
        const { showBoard } = isFirst ? await import('./board.js') : {};
        showMarks(changed);
        changed.clear();
        showBoard?.();
        showWork?.();
    });
}
