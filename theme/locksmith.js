'use strict';

// What mdBook's own page lacks. It runs after mdBook's scripts; without JavaScript the page still reads well.

// The first key that a reader presses need not lead through the bar and the table of contents.
(function skipLink() {
    const main = document.querySelector('main');
    main.id ||= 'locksmith-text';
    main.tabIndex = -1;
    const link = document.createElement('a');
    link.id = 'locksmith-skip';
    link.href = `#${main.id}`;
    link.textContent = 'Skip to the text';
    link.addEventListener('click', event => {
        event.preventDefault();
        main.focus();
    });
    document.body.prepend(link);
})();

// The button that shows the table of contents is a label for a hidden checkbox: no key reaches it. A real button stands
// in for it and passes the click on.
(function sidebarButton() {
    const label = document.getElementById('mdbook-sidebar-toggle');
    const button = document.createElement('button');
    button.type = 'button';
    button.id = 'locksmith-sidebar-toggle';
    button.className = label.className;
    button.title = label.title;
    for (const name of ['aria-label', 'aria-controls']) {
        button.setAttribute(name, label.getAttribute(name));
    }
    button.innerHTML = label.innerHTML;
    const show = () => button.setAttribute('aria-expanded', label.getAttribute('aria-expanded'));
    show();
    new MutationObserver(show).observe(label, { attributeFilter: ['aria-expanded'] });
    button.addEventListener('click', () => label.click());
    label.before(button);
    label.classList.add('hidden');
})();

// The arrows that fold a chapter in the table of contents are links to nowhere: no key reaches them either.
(function foldButtons() {
    for (const arrow of document.querySelectorAll('.chapter-fold-toggle')) {
        const item = arrow.closest('li');
        const link = arrow.parentElement.querySelector('a:not(.chapter-fold-toggle)');
        const show = () => arrow.setAttribute('aria-expanded', item.classList.contains('expanded'));
        arrow.setAttribute('role', 'button');
        arrow.setAttribute('aria-label', 'Pages of ' + (link ? link.textContent.trim() : 'this chapter'));
        arrow.tabIndex = 0;
        arrow.addEventListener('click', show);
        arrow.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                arrow.click();
            }
        });
        show();
    }
})();

// The bar on top and the search are landmarks; the help is a dialogue; the search field has a name.
document.getElementById('mdbook-menu-bar').setAttribute('role', 'banner');
document.getElementById('mdbook-search-wrapper')?.setAttribute('role', 'search');
document.getElementById('mdbook-searchbar')?.setAttribute('aria-label', 'Search this book');
document.getElementById('mdbook-help-popup').setAttribute('role', 'dialog');
document.getElementById('mdbook-help-popup').setAttribute('aria-label', 'Keyboard shortcuts');

// Each mnemonic of a listing leads to its entry in the glossary. A listing is a code block of text that names its architecture.
(function mnemonics() {
    for (const code of document.querySelectorAll('main pre > code.language-text')) {
        const architecture = [...code.classList].find(name => ['x86', 'aarch64', 'arm', 'riscv', 'power'].includes(name));
        if (!architecture) continue;
        const lines = code.textContent.split('\n');
        code.replaceChildren();
        lines.forEach((line, index) => {
            const [, space, prefix, name, rest] = /^(\s*)(lock\s+)?(\S*)(.*)$/.exec(line);
            const link = (word, gap = '') => {
                const a = document.createElement('a');
                a.className = 'mnemonic';
                a.href = `${path_to_root}ch07_processor/instructions.html#${architecture}-${word}`;
                a.textContent = word;
                code.append(a, gap);
            };
            code.append(space);
            if (prefix) link('lock', prefix.slice(4));
            if (name && !name.endsWith(':')) link(name); else code.append(name);
            code.append(rest + (index + 1 < lines.length ? '\n' : ''));
        });
    }
})();

// The table of all operations shows two targets, which the reader picks.
(function matrix() {
    const matrix = document.querySelector('.matrix');
    if (!matrix) return;
    const cells = [...matrix.querySelectorAll('[data-target]')];
    const rows = new Set(cells.map(cell => cell.parentElement));
    const names = new Map(cells.filter(cell => cell.tagName === 'TH').map(cell => [cell.dataset.target, cell.textContent]));
    const choice = document.createElement('div');
    choice.className = 'matrix-choice';
    const selects = [['Left', 'x86-64'], ['Right', 'aarch64-lse']].map(([side, chosen]) => {
        const select = document.createElement('select');
        select.setAttribute('aria-label', `${side} column`);
        for (const [target, name] of names) select.add(new Option(name, target, false, target === chosen));
        choice.append(select);
        return select;
    });
    for (const group of matrix.querySelectorAll('[colspan]')) group.colSpan = 2;

    function show() {
        for (const row of rows) {
            for (const cell of row.children) cell.hidden = true;
            const shown = selects.map(select => row.querySelector(`[data-target="${select.value}"]`));
            for (const cell of shown) cell.hidden = false;
            row.prepend(...shown);
        }
    }
    choice.addEventListener('change', show);
    matrix.classList.add('pair');
    matrix.prepend(choice);
    show();
})();

// The list of words shows those that have what the reader types.
(function words() {
    const main = document.querySelector('main');
    if (!/\/words\.html$/.test(location.pathname)) return;
    const terms = [...main.querySelectorAll('dt')].map(term => [term, term.nextElementSibling]);
    const field = Object.assign(document.createElement('input'), { type: 'search', id: 'locksmith-words', autocomplete: 'off' });
    const label = Object.assign(document.createElement('label'), { htmlFor: field.id, textContent: 'Only words with ' });
    const count = document.createElement('output');
    const form = document.createElement('form');
    form.append(label, field, ' ', count);
    form.addEventListener('submit', event => event.preventDefault());
    field.addEventListener('keydown', event => event.stopPropagation());
    field.addEventListener('input', () => {
        const wanted = field.value.trim().toLowerCase();
        let shown = 0;
        for (const [term, words] of terms) {
            const has = `${term.textContent} ${words.textContent}`.toLowerCase().includes(wanted);
            term.hidden = words.hidden = !has;
            shown += has;
        }
        for (const list of main.querySelectorAll('dl')) {
            const empty = !list.querySelector('dt:not([hidden])');
            list.hidden = empty;
            if (list.previousElementSibling?.tagName === 'H2') list.previousElementSibling.hidden = empty;
        }
        count.textContent = wanted ? `${shown} of ${terms.length}` : '';
    });
    main.querySelector('h2').before(form);
})();

// The arrow keys choose a tab, and elsewhere turn the page.
for (const tab of document.querySelectorAll('.tabs > input')) {
    tab.addEventListener('keydown', event => {
        if (event.key.startsWith('Arrow')) {
            event.stopPropagation();
        }
    });
}

// What is larger than its place can be focused and scrolled with the arrow keys, which elsewhere turn the page. Other scripts add
// such things, and change them.
(function scrolled() {
    const main = document.querySelector('main');
    const BLOCKS = 'pre > code, .table-wrapper, .katex-display, figure:not(.execution), .execution:not(:has(> .moves)) .canvas, .explorer .graph';
    const NAMES = { CODE: 'Code, scrolls sideways', FIGURE: 'Figure, scrolls sideways', SPAN: 'Formula, scrolls sideways' };

    const nameOf = block => block.matches('.canvas, .graph') ? 'Execution, scrolls' : NAMES[block.tagName] ?? 'Table, scrolls sideways';
    const isWide = block => block.scrollWidth > block.clientWidth + 1;

    function mark() {
        for (const block of main.querySelectorAll(BLOCKS)) {
            if (isWide(block) || block.scrollHeight > block.clientHeight + 1 && getComputedStyle(block).overflowY === 'auto') {
                block.tabIndex = 0;
                // A figure with a caption may have no other role.
                if (block.tagName !== 'FIGURE') block.setAttribute('role', 'group');
                block.setAttribute('aria-label', nameOf(block));
            } else {
                for (const name of ['tabindex', 'role', 'aria-label']) {
                    block.removeAttribute(name);
                }
            }
        }
    }

    let isDue = false;
    function soon() {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(() => {
            isDue = false;
            mark();
        });
    }

    main.addEventListener('keydown', event => {
        const block = event.target.closest(BLOCKS);
        if (block && isWide(block) && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
            event.stopPropagation();
        }
    });
    document.addEventListener('toggle', mark, true);
    document.addEventListener('change', mark);
    // Also when the table of contents opens beside it, and after it has been printed.
    new ResizeObserver(soon).observe(main);
    new MutationObserver(soon).observe(main, { childList: true, subtree: true });
    document.fonts.ready.then(mark);
    mark();
})();

// A solution opens only for a reader who asks twice: not for a slip of the finger, not for the browser's search.
(function solutions() {
    for (const solution of document.querySelectorAll('details.solution')) {
        const summary = solution.querySelector('summary');
        const label = summary.innerHTML;
        let asked = false;
        let agreed = false;

        function forget() {
            asked = false;
            summary.innerHTML = label;
        }

        summary.addEventListener('click', event => {
            if (solution.open) {
                agreed = false;
            } else if (asked) {
                agreed = true;
                forget();
            } else {
                event.preventDefault();
                asked = true;
                summary.append(' – press again if you are sure');
            }
        });
        summary.addEventListener('blur', forget);
        solution.addEventListener('toggle', () => {
            if (solution.open && !agreed) {
                solution.open = false;
            }
        });
    }
})();

// What only one page needs has a script and a style sheet of its own, which no other page loads. It comes after the scripts
// of all pages, whose work it may find.
document.addEventListener('DOMContentLoaded', () => {
    for (const [selector, stem] of [
        ['.explorer', 'ch03_memory_ordering/litmus/explorer'],
        ['.level', 'ch03_memory_ordering/scheduler/play'],
        ['.museum', 'museum/museum'],
        ['.trial', 'museum/museum'],
    ]) {
        if (!document.querySelector(`main ${selector}`)) continue;
        document.head.append(
            Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${path_to_root}${stem}.css` }),
            Object.assign(document.createElement('script'), { src: `${path_to_root}${stem}.js` }),
        );
    }
});

// Most pages have a picture of an execution, far below. What moves through it is loaded when a reader comes near.
(function pictures() {
    const near = new IntersectionObserver(seen => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        near.disconnect();
        document.head.append(Object.assign(document.createElement('script'), { src: `${path_to_root}picture.js` }));
    }, { rootMargin: '100%' });
    for (const figure of document.querySelectorAll('figure.execution')) near.observe(figure);
})();
