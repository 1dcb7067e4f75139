'use strict';

// Questions that check themselves. On paper, and without JavaScript, each is a list of choices, and an answer to unfold in which a list of the
// same length says why each is right or wrong. Here the choices can be pressed. See "Questions" in CONTRIBUTING.md.
(function questions() {
    const KEY = 'locksmith-answers';
    const here = location.pathname.replace(/^.*\/(?=[^/]*\/[^/]*$)/, '');

    // What was answered stays in this browser. One that keeps nothing asks again.
    function answers() {
        try {
            return JSON.parse(localStorage.getItem(KEY)) || {};
        } catch {
            return {};
        }
    }

    function remember(name, given) {
        try {
            localStorage.setItem(KEY, JSON.stringify({ ...answers(), [name]: given }));
        } catch {
            // Nothing is kept.
        }
    }

    const make = (tag, attributes = {}, ...children) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        element.append(...children);
        return element;
    };

    /** What was typed and what was meant, without what does not matter. */
    const plain = text => text.trim().toLowerCase().replace(/\s+/g, ' ').replace(/\s*([,;])\s*/g, '$1 ');

    function ask(answer, index) {
        const name = `${here}#${index}`;
        const kind = answer.dataset.kind || 'one';
        const right = answer.dataset.answer;
        const list = kind === 'type' ? null : answer.previousElementSibling;
        const reasons = kind === 'type' ? [] : [...answer.querySelectorAll(':scope > ol > li')];
        const verdict = make('p', { class: 'verdict', role: 'status' });
        const form = make('form', { class: 'question' });
        let given = [];

        const say = (isRight, words) => {
            verdict.className = `verdict is-${isRight ? 'right' : 'wrong'}`;
            verdict.textContent = words;
        };

        if (kind === 'type') {
            const input = make('input', { type: 'text', 'aria-label': 'Your answer', autocomplete: 'off', spellcheck: 'false' });
            const settle = () => {
                const isRight = right.split('|').some(one => plain(one) === plain(input.value));
                say(isRight, isRight ? '✓ Right.' : '✗ Not so. Try again, or unfold the answer.');
            };
            form.append(input, make('button', { type: 'submit' }, 'Check'), verdict);
            form.addEventListener('submit', event => {
                event.preventDefault();
                settle();
                remember(name, [input.value]);
            });
            answer.before(form);
            const [before] = answers()[name] || [];
            if (before) {
                input.value = before;
                settle();
            }
            return;
        }

        const wanted = right.split(' ').map(Number);
        const buttons = [...list.children].map((item, at) => {
            const reason = make('div', { class: 'reason' });
            reason.hidden = true;
            const button = make('button', { type: 'button', class: 'choice', 'aria-pressed': 'false' }, ...item.childNodes);
            item.append(button, reason);
            button.addEventListener('click', () => choose(at + 1));
            return { button, reason };
        });
        list.classList.add('choices');

        /** Says why the choice `number` is right or wrong. */
        const explain = number => {
            const { button, reason } = buttons[number - 1];
            const isRight = wanted.includes(number);
            if (kind !== 'order') {
                button.classList.toggle('is-right', isRight);
                button.classList.toggle('is-wrong', !isRight);
            }
            if (reason.hidden) {
                reason.append(...[...reasons[number - 1].childNodes].map(node => node.cloneNode(true)));
                reason.hidden = false;
            }
        };

        const show = () => buttons.forEach(({ button }, at) => {
            const place = given.indexOf(at + 1);
            button.setAttribute('aria-pressed', String(place >= 0));
            if (kind === 'order') {
                if (place >= 0) button.dataset.place = place + 1; else delete button.dataset.place;
            }
        });

        const settle = () => {
            const isRight = kind === 'many'
                ? wanted.length === given.length && wanted.every(number => given.includes(number))
                : wanted.join() === given.join();
            if (kind === 'one') {
                explain(given[0]);
                say(isRight, isRight ? '✓ Right.' : '✗ Not this one. Try another.');
            } else if (isRight) {
                wanted.forEach(explain);
                if (kind === 'many') buttons.forEach((_, at) => explain(at + 1));
                say(true, '✓ Right.');
            } else {
                if (kind === 'many') given.filter(number => !wanted.includes(number)).forEach(explain);
                const missing = kind === 'many' && given.every(number => wanted.includes(number));
                say(false, missing ? '✗ These are right, and there is more.' : '✗ Not so. Try again, or unfold the answer.');
            }
        };

        const choose = number => {
            if (kind === 'one') {
                given = [number];
            } else {
                given = given.includes(number) ? given.filter(one => one !== number) : [...given, number];
            }
            show();
            if (kind === 'one') {
                settle();
                remember(name, given);
            }
        };

        if (kind !== 'one') {
            form.append(make('button', { type: 'submit' }, 'Check'));
            form.addEventListener('submit', event => {
                event.preventDefault();
                settle();
                remember(name, given);
            });
            list.before(make('p', { class: 'how' }, kind === 'many' ? 'Press all that are right.' : 'Press them in their order.'));
        }
        form.append(verdict);
        answer.before(form);
        const before = answers()[name];
        if (Array.isArray(before) && before.length > 0 && before.every(number => buttons[number - 1])) {
            given = before;
            show();
            settle();
        }
    }

    [...document.querySelectorAll('details.question')].forEach(ask);
})();
