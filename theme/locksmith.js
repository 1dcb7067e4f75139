'use strict';

// What mdBook's own page lacks. It runs after mdBook's scripts; without JavaScript the page still reads well.

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

// A block that is wider than the page can be focused and scrolled with the arrow keys, which elsewhere turn the page.
(function wideBlocks() {
    const blocks = document.querySelectorAll('main pre > code, main .table-wrapper, main .katex-display');
    const names = { CODE: 'Code, scrolls sideways', DIV: 'Table, scrolls sideways', SPAN: 'Formula, scrolls sideways' };

    const isWide = block => block.scrollWidth > block.clientWidth + 1;

    function mark() {
        for (const block of blocks) {
            if (isWide(block)) {
                block.tabIndex = 0;
                block.setAttribute('role', 'group');
                block.setAttribute('aria-label', names[block.tagName]);
            } else {
                for (const name of ['tabindex', 'role', 'aria-label']) {
                    block.removeAttribute(name);
                }
            }
        }
    }

    for (const block of blocks) {
        block.addEventListener('keydown', event => {
            if (isWide(block) && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
                event.stopPropagation();
            }
        });
    }
    document.addEventListener('toggle', mark, true);
    window.addEventListener('resize', mark);
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
