'use strict';

// Moves through the picture of an execution: with the keys, with buttons, with the mouse; and folds it where it is long. The picture
// itself is drawn when the book is built, or by the server; it reads without this.

/** Room for the row that stands for steps which are folded. */
const FOLD_ROW = 26;

/** `0-4 7`: numbers that follow each other are written as one. */
const rangesOf = text => (text ?? '').split(' ').filter(Boolean).map(range => {
    const [first, last = first] = range.split('-').map(Number);
    return { first, last };
});

/**
 * Folds a long execution: a row stands for each run of steps that the picture names, and opens it. At none of them an arrow begins or
 * ends. All steps are drawn; here they move, with the arrows between them. Returns the rows, and what opens or closes some.
 */
function folding(svg, steps) {
    const rows = rangesOf(svg.dataset.folds).map(({ first, last }) => {
        const [top, bottom] = [first, last + 1].map(step => Number(steps[step].querySelector('rect').getAttribute('y')));
        const row = document.createElementNS(svg.namespaceURI, 'g');
        row.setAttribute('class', 'f');
        row.innerHTML = `<rect x="0" y="${top}" width="${svg.viewBox.baseVal.width}" height="19"/><text x="26" y="${top + 13}"></text>`;
        steps[first].before(row);
        return { row, first, last, height: bottom - top, isOpen: false };
    });
    // What stands between steps, and what reaches to the end.
    const between = [...svg.querySelectorAll('[data-e]')].map(part => ({ part, ends: part.dataset.e.split(' ').map(Number), d: part.getAttribute('d'), y: Number(part.getAttribute('y')) }));
    const { width, height } = svg.viewBox.baseVal;
    const lines = [...svg.querySelectorAll('path.l')].map(line => ({ line, d: line.getAttribute('d') }));
    const words = [...svg.querySelectorAll('text.w')].map(text => ({ text, y: Number(text.getAttribute('y')) }));

    function place() {
        const moved = [];
        let shift = 0;
        let next = 0;
        for (let step = 0; step < steps.length; step++) {
            const { row, first, last, height, isOpen } = rows[next] ?? {};
            if (step === first) {
                row.setAttribute('transform', `translate(0 ${shift})`);
                row.lastChild.textContent = `${isOpen ? '▾' : '▸'} ${last - first + 1} steps, #${first} to #${last}`;
                shift += FOLD_ROW;
            }
            moved.push(shift);
            steps[step].setAttribute('transform', `translate(0 ${shift})`);
            steps[step].classList.toggle('folded', first <= step && !isOpen);
            if (step === last) {
                if (!isOpen) shift -= height;
                next++;
            }
        }
        for (const { part, ends: [from, to], d, y } of between) {
            // The first two points of an arrow are those at its beginning.
            let point = 0;
            if (d) part.setAttribute('d', d.replace(/(-?\d+) (-?\d+)/g, (_, x, y) => `${x} ${Number(y) + moved[point++ < 2 ? from : to]}`));
            else part.setAttribute('y', y + (moved[from] + moved[to]) / 2);
        }
        for (const { line, d } of lines) line.setAttribute('d', d.replace(/V(\d+)/, (_, y) => `V${Number(y) + shift}`));
        for (const { text, y } of words) text.setAttribute('y', y + shift);
        svg.setAttribute('viewBox', `0 0 ${width} ${height + shift}`);
        svg.setAttribute('height', height + shift);
    }

    function open(some, isOpen) {
        for (const fold of some) fold.isOpen = isOpen;
        place();
    }
    if (rows.length > 0) place();
    return { rows, open };
}

globalThis.movePicture = figure => {
    if (figure.querySelector('.moves')) return;
    const canvas = figure.querySelector('.canvas');
    const steps = [...figure.querySelectorAll('g.s')];
    const edges = [...figure.querySelectorAll('.e')];
    const { rows: folds, open } = folding(figure.querySelector('svg'), steps);
    const foldOf = new Map(folds.map(fold => [fold.row, fold]));
    const pastOf = step => rangesOf(step.dataset.past).flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index));
    const all = [...figure.querySelectorAll('g.s, g.f')];
    /** What can be gone to, from top to bottom: steps that are not folded, and the rows that stand for others. */
    const stops = () => all.filter(stop => !stop.matches('.folded'));
    /** Where the reader is. */
    let here = null;
    let timer = 0;

    const bar = document.createElement('div');
    bar.className = 'moves';
    const button = (label, name, act) => {
        const made = document.createElement('button');
        made.type = 'button';
        made.textContent = label;
        if (name) made.setAttribute('aria-label', name);
        made.addEventListener('click', act);
        bar.append(made);
        return made;
    };
    button('◀', 'One step back', () => move(-1));
    const play = button('Play', '', () => (timer ? end() : start()));
    button('▶', 'One step on', () => move(1));
    if (edges.some(edge => edge.classList.contains('hb'))) {
        const order = button('Order', 'Order: what happens before what', () => {
            order.setAttribute('aria-pressed', figure.classList.toggle('ordered'));
        });
        order.setAttribute('aria-pressed', 'false');
    }
    const whole = folds.length > 0 && button('All steps', '', () => {
        open(folds, whole.getAttribute('aria-pressed') !== 'true');
        show(here?.matches('.folded') ? null : here);
    });
    const words = document.createElement('p');
    words.className = 'now';
    words.setAttribute('aria-live', 'polite');
    bar.append(words);
    canvas.before(bar);
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'group');
    canvas.setAttribute('aria-label', 'An execution. The arrow keys go from step to step.');

    /** Marks a step, what happens before it, and the arrows at it. */
    function mark(stop) {
        const number = stop?.dataset.n;
        const past = new Set(number ? pastOf(stop) : []);
        for (const step of steps) step.classList.toggle('past', past.has(Number(step.dataset.n)));
        for (const other of all) other.classList.toggle('now', other === stop);
        for (const edge of edges) edge.classList.toggle('on', edge.dataset.e.split(' ').includes(number));
        figure.dispatchEvent(new CustomEvent('step', { bubbles: true, detail: number && stop.dataset }));
    }

    /** Shows where the reader is: nowhere, at a step, or at a row that stands for some. */
    function show(stop) {
        here = stop ?? null;
        const at = all.indexOf(here);
        all.forEach((other, index) => other.classList.toggle('later', at >= 0 && index > at));
        mark(here);
        words.textContent = here ? said(here) : '';
        here?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        if (at === all.length - 1) end();
        if (whole) whole.setAttribute('aria-pressed', folds.every(fold => fold.isOpen));
    }

    function move(by) {
        const shown = stops();
        show(shown[Math.min(shown.indexOf(here) + by, shown.length - 1)]);
    }

    /** Opens the row where the reader is, or closes it. */
    function turn(row) {
        open([foldOf.get(row)], !foldOf.get(row).isOpen);
        show(row);
    }

    function said(stop) {
        const fold = foldOf.get(stop);
        if (fold) return `${fold.last - fold.first + 1} steps, #${fold.first} to #${fold.last}, that share nothing with another thread. Enter ${fold.isOpen ? 'folds' : 'shows'} them.`;
        const [, ...lines] = [...stop.querySelectorAll('text')].map(text => text.textContent);
        const what = `#${stop.dataset.n} ${stop.querySelector('tspan').textContent}: ${lines.join(' ')}.`;
        if (stop.dataset.past === undefined) return what;
        const past = pastOf(stop).map(n => `#${n}`).join(' ');
        return `${what} ${past ? `Happens before it: ${past}` : 'Nothing happens before it'}.`;
    }

    function start() {
        play.textContent = 'Stop';
        if (here === stops().at(-1)) here = null;
        timer = setInterval(() => move(1), 900);
        move(1);
    }

    function end() {
        clearInterval(timer);
        timer = 0;
        play.textContent = 'Play';
    }

    const keys = {
        ArrowDown: () => move(1), ArrowRight: () => move(1),
        ArrowUp: () => move(-1), ArrowLeft: () => move(-1),
        Home: () => show(stops()[0]), End: () => show(stops().at(-1)), Escape: () => show(null),
        ' ': () => play.click(),
        Enter: () => foldOf.has(here) && turn(here),
    };
    canvas.addEventListener('keydown', event => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        // Elsewhere the arrow keys turn the page.
        event.preventDefault();
        event.stopPropagation();
        act();
    });
    for (const step of steps) {
        step.addEventListener('mouseenter', () => mark(step));
        step.addEventListener('click', () => show(step));
    }
    for (const { row } of folds) row.addEventListener('click', () => turn(row));
    canvas.addEventListener('mouseleave', () => mark(here));
    // Paper unfolds nothing.
    let closed = [];
    if (whole) matchMedia('print').addEventListener('change', ({ matches }) => {
        if (matches) closed = folds.filter(({ isOpen }) => !isOpen);
        open(closed, matches);
    });
    if (whole) whole.setAttribute('aria-pressed', 'false');
};

document.querySelectorAll('figure.execution:not(.history)').forEach(globalThis.movePicture);
