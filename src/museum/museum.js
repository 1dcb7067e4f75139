'use strict';

// What the museum adds to its pages: a filter above the overview, and a score for the game. Without it, the overview is a table and the game
// a page of questions.

// The overview shows the exhibits of one kind.
(function filter() {
    const table = document.querySelector('main .museum table');
    if (!table) return;
    const rows = [...table.tBodies[0].rows].map(row => ({ row, kinds: row.cells[2].textContent.split(',').map(kind => kind.trim()) }));
    const group = document.createElement('div');
    group.className = 'kinds';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Kinds of bugs');
    const shown = document.createElement('p');
    shown.className = 'shown';
    shown.setAttribute('role', 'status');

    const kinds = [...new Set(rows.flatMap(row => row.kinds))];
    const buttons = [null, ...kinds].map(kind => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = kind || 'all';
        button.addEventListener('click', () => show(kind));
        group.append(button);
        return { button, kind };
    });

    function show(chosen) {
        for (const { button, kind } of buttons) button.setAttribute('aria-pressed', String(kind === chosen));
        let count = 0;
        for (const { row, kinds } of rows) {
            row.hidden = chosen !== null && !kinds.includes(chosen);
            count += row.hidden ? 0 : 1;
        }
        shown.textContent = `${count} of ${rows.length} exhibits`;
    }
    table.closest('.museum').prepend(group, shown);
    show(null);
})();

// The game counts the first judgement of each case, and shows the execution when a case has been judged.
(function trial() {
    const place = document.querySelector('main .trial');
    if (!place) return;
    const cases = [...document.querySelectorAll('main details.question')];
    const judged = new Map();
    const score = document.createElement('p');
    score.setAttribute('role', 'status');
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = 'Begin anew';
    place.append(score, again);

    // The score stands at the top, and below the case that was judged last.
    const below = document.createElement('p');
    below.className = 'shown';

    const show = () => {
        const right = [...judged.values()].filter(Boolean).length;
        score.textContent = judged.size === 0
            ? `${cases.length} cases. You have judged none.`
            : `You have judged ${judged.size} of ${cases.length}, and ${right} as the checker does.`;
        below.textContent = score.textContent;
        again.hidden = judged.size === 0;
    };

    cases.forEach((verdict, index) => {
        // The question of a case stands before its verdict. The whole book in one page has other questions, or none that can be clicked.
        const before = list => list.compareDocumentPosition(verdict) & Node.DOCUMENT_POSITION_FOLLOWING;
        const choices = [...verdict.parentElement.querySelectorAll('ol.choices')].filter(before).at(-1);
        if (!choices) return;
        const judge = button => {
            if (!judged.has(index)) judged.set(index, button.classList.contains('is-right'));
            verdict.open = true;
            verdict.before(below);
            show();
        };
        for (const button of choices.querySelectorAll('button.choice')) {
            button.addEventListener('click', () => judge(button));
            // What was answered before is there again.
            if (button.getAttribute('aria-pressed') === 'true') judge(button);
        }
    });
    again.addEventListener('click', () => {
        try {
            const KEY = 'locksmith-answers';
            const kept = Object.entries(JSON.parse(localStorage.getItem(KEY)) || {});
            localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept.filter(([name]) => !name.startsWith('museum/trial')))));
        } catch {
            // Nothing is kept.
        }
        location.reload();
    });
    show();
})();
