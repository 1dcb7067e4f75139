'use strict';

// Moves through the picture of an execution: with the keys, with buttons, with the mouse. The picture itself is drawn when the book
// is built, or by the server; it reads without this.

globalThis.movePicture = figure => {
    const canvas = figure.querySelector('.canvas');
    const steps = [...figure.querySelectorAll('g.s')];
    const edges = [...figure.querySelectorAll('.e')];
    // `0-4 7`: numbers that follow each other are written as one.
    const pastOf = step => (step.dataset.past ?? '').split(' ').filter(Boolean).flatMap(range => {
        const [first, last = first] = range.split('-').map(Number);
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
    let [at, timer] = [-1, 0];

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
    button('◀', 'One step back', () => go(at - 1));
    const play = button('Play', '', () => (timer ? stop() : start()));
    button('▶', 'One step on', () => go(at + 1));
    if (edges.some(edge => edge.classList.contains('hb'))) {
        const order = button('Order', 'Order: what happens before what', () => {
            order.setAttribute('aria-pressed', figure.classList.toggle('ordered'));
        });
        order.setAttribute('aria-pressed', 'false');
    }
    const words = document.createElement('p');
    words.className = 'now';
    words.setAttribute('aria-live', 'polite');
    bar.append(words);
    canvas.before(bar);
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'group');
    canvas.setAttribute('aria-label', 'An execution. The arrow keys go from step to step.');

    /** Marks a step, what happens before it, and the arrows at it. */
    function mark(step) {
        const number = step?.dataset.n;
        const past = new Set(step ? pastOf(step) : []);
        for (const other of steps) {
            other.classList.toggle('now', other === step);
            other.classList.toggle('past', past.has(Number(other.dataset.n)));
        }
        for (const edge of edges) edge.classList.toggle('on', edge.dataset.e.split(' ').includes(number));
        figure.dispatchEvent(new CustomEvent('step', { bubbles: true, detail: step?.dataset }));
    }

    function go(to) {
        at = Math.max(-1, Math.min(to, steps.length - 1));
        const step = steps[at];
        steps.forEach((other, index) => other.classList.toggle('later', Boolean(step) && index > at));
        mark(step);
        words.textContent = step ? said(step) : '';
        step?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        if (at === steps.length - 1) stop();
    }

    function said(step) {
        const [number, place, ...lines] = [...step.querySelectorAll('text')].map(text => text.textContent);
        const what = `#${number} ${place}: ${lines.join(' ')}.`;
        if (step.dataset.past === undefined) return what;
        const past = pastOf(step).map(n => `#${n}`).join(' ');
        return `${what} ${past ? `Happens before it: ${past}` : 'Nothing happens before it'}.`;
    }

    function start() {
        play.textContent = 'Stop';
        if (at === steps.length - 1) at = -1;
        timer = setInterval(() => go(at + 1), 900);
        go(at + 1);
    }

    function stop() {
        clearInterval(timer);
        timer = 0;
        play.textContent = 'Play';
    }

    const keys = {
        ArrowDown: () => go(at + 1), ArrowRight: () => go(at + 1),
        ArrowUp: () => go(at - 1), ArrowLeft: () => go(at - 1),
        Home: () => go(0), End: () => go(steps.length - 1), Escape: () => go(-1),
        ' ': () => play.click(),
    };
    canvas.addEventListener('keydown', event => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        // Elsewhere the arrow keys turn the page.
        event.preventDefault();
        event.stopPropagation();
        act();
    });
    steps.forEach((step, index) => {
        step.addEventListener('mouseenter', () => mark(step));
        step.addEventListener('click', () => go(index));
    });
    canvas.addEventListener('mouseleave', () => mark(steps[at]));
};

document.querySelectorAll('figure.execution:not(.history)').forEach(globalThis.movePicture);
