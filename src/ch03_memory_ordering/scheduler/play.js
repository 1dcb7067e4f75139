'use strict';

// The levels of *You are the scheduler*. Each is a table of states that the model checker's axioms have made; here they are only
// looked up. Without this the page has the programs, and a shortest way for each.

(function scheduler() {
    const STORE = 'locksmith-scheduler';
    const FOLDER = `${path_to_root}ch03_memory_ordering/scheduler/`;

    for (const place of document.querySelectorAll('.level')) {
        const bar = element('div', 'moves');
        const play = button(bar, best(place.dataset.level) ? `Play again (broken in ${best(place.dataset.level)})` : 'Play', async () => {
            play.disabled = true;
            const answer = await fetch(`${FOLDER}${place.dataset.level}.json`).catch(() => null);
            if (answer?.ok) {
                open(place, await answer.json());
            } else {
                bar.replaceChildren('This page was opened as a file, and a level cannot be loaded like that. Type cargo book, and open the page there.');
            }
        });
        play.setAttribute('aria-label', `${play.textContent}: ${place.dataset.title}`);
        place.append(bar);
    }

    /** Puts the board of a level where its program was. */
    function open(place, level) {
        let moves = [];
        const board = element('div', 'playing');
        board.tabIndex = 0;
        board.setAttribute('role', 'group');
        board.setAttribute('aria-label', `${level.title}. The keys 1 to 9 choose, U goes back, R begins again.`);
        element('p', 'aim', board, level.broken ? `Make this true: ${level.broken}` : 'Make two accesses race.');
        const columns = element('div', 'threads', board);
        const threads = level.threads.map(thread => {
            const column = element('div', 'thread', columns);
            element('p', 'name', column, thread.name);
            const code = element('div', 'code', column);
            const lines = thread.lines.map(line => {
                const row = element('div', 'line', code);
                element('span', 'step', row);
                element('code', '', row, line.text);
                return row;
            });
            const registers = element('p', 'registers', column);
            const choices = element('ul', 'choices', column);
            choices.setAttribute('aria-label', `Choices of ${thread.name}`);
            return { lines, registers, choices };
        });
        const memory = element('dl', 'memory', board);
        const words = element('p', 'words', board);
        words.setAttribute('aria-live', 'polite');
        const bar = element('div', 'moves', board);
        const undo = button(bar, 'Undo', () => go(moves.slice(0, -1)));
        button(bar, 'Restart', () => go([]));
        board.addEventListener('keydown', event => {
            if (event.ctrlKey || event.metaKey || event.altKey) return;
            const choice = board.querySelector(`button[data-key="${event.key}"]`);
            const act = { u: () => go(moves.slice(0, -1)), r: () => go([]) }[event.key.toLowerCase()] ?? (choice && (() => choice.click()));
            if (!act) return;
            event.preventDefault();
            event.stopPropagation();
            act();
        });
        place.replaceChildren(board);
        go([]);
        board.focus();

        function go(to) {
            const was = document.activeElement.closest('.choices');
            const forwards = to.length > moves.length;
            moves = to;
            const now = replay(level, moves);
            show(now);
            words.textContent = said(now, forwards);
            if (was) {
                const next = was.querySelector('button') ?? board.querySelector('.choices button') ?? undo;
                next.focus();
            }
        }

        function show(now) {
            const state = level.states[now.state];
            let key = 0;
            threads.forEach((thread, t) => {
                const next = state.next?.[t] ?? null;
                thread.lines.forEach((row, index) => {
                    const step = now.steps.findIndex(step => step.thread === t && step.line === index) + 1;
                    row.firstChild.textContent = step || '';
                    row.classList.toggle('done', step > 0);
                    row.classList.toggle('current', next?.[0] === index);
                    row.classList.toggle('race', step > 0 && now.race.includes(step));
                });
                thread.registers.textContent = now.registers[t].map(([name, value]) => `${name} = ${value}`).join('  ');
                thread.choices.replaceChildren();
                if (!next) {
                    element('li', 'no', thread.choices, state.broken ? '' : 'has ended');
                    return;
                }
                const [line, places] = next;
                const operation = level.threads[t].lines[line];
                // The newest first.
                for (let index = places.length - 1; index >= 0; index--) {
                    const item = element('li', '', thread.choices);
                    const what = offered(operation, index, places[index], now);
                    if (typeof places[index] === 'string') {
                        item.className = 'no';
                        item.textContent = `${what}: ${why(places[index], now)}`;
                    } else {
                        key += 1;
                        const choice = button(item, '', () => go([...moves, { thread: t, place: index }]));
                        if (key < 10) {
                            choice.dataset.key = key;
                            element('kbd', '', choice, String(key));
                        }
                        choice.append(what);
                    }
                }
            });
            memory.replaceChildren();
            level.memory.forEach((location, at) => {
                element('dt', '', memory, location.name);
                const order = element('dd', '', memory);
                now.writes[at].forEach((write, index) => {
                    if (index) order.append(' → ');
                    element('code', '', order, shown(location, write.value));
                    if (write.step) element('small', '', order, ` step ${write.step}`);
                });
            });
            board.classList.toggle('won', Boolean(state.broken));
            undo.disabled = moves.length === 0;
        }

        function said(now, forwards) {
            const state = level.states[now.state];
            const last = now.steps.at(-1);
            if (!last) return 'Nothing has been done. Which thread goes first?';
            const step = `Step ${now.steps.length}, ${level.threads[last.thread].name}: ${last.what}.`;
            if (state.broken) {
                const how = now.race.length ? `Steps ${now.race.join(' and ')} are a data race: neither happens before the other.` : `Now ${level.broken}.`;
                const count = now.steps.length === level.shortest ? 'That is the fewest there can be.' : `It can be done in ${level.shortest}.`;
                if (forwards) won(now.steps.length);
                return `${step} ${how} You have broken it in ${now.steps.length} steps. ${count}`;
            }
            return board.querySelector('.choices button') ? step : `${step} No thread can go on, and nothing is broken. Go back with U.`;
        }

        function won(steps) {
            keep(place.dataset.level, steps);
            const answer = place.nextElementSibling;
            if (answer?.tagName === 'DETAILS') answer.open = true;
        }
    }

    /** Everything that these moves have led to. */
    function replay(level, moves) {
        const now = {
            level, state: 0, steps: [], race: [],
            writes: level.memory.map(location => [{ value: location.value, step: 0 }]),
            registers: level.threads.map(() => []),
        };
        for (const { thread, place } of moves) {
            const [line, places] = level.states[now.state].next[thread];
            const operation = level.threads[thread].lines[line];
            const location = level.memory[operation.location];
            const order = now.writes[operation.location];
            const what = offered(operation, place, places[place], now);
            const [to, written] = places[place];
            if (operation.register) {
                const read = operation.kind === 'read' ? order.at(-1) : order[place];
                const value = operation.ok ? String(written !== undefined) : shown(location, read.value);
                now.registers[thread].push([operation.register, value]);
            }
            now.steps.push({ thread, line, what });
            if (written !== undefined) {
                order.splice(operation.kind === 'write' ? order.length : place + 1, 0, { value: written, step: now.steps.length });
            }
            now.state = to;
        }
        const broken = level.states[now.state].broken;
        if (Array.isArray(broken)) now.race = broken.map(([thread, index]) => stepOf(now, thread, index)).sort((a, b) => a - b);
        return now;
    }

    /** The number of the step that a thread did after so many others of its own. */
    function stepOf(now, thread, index) {
        let before = index;
        return now.steps.findIndex(step => step.thread === thread && before-- === 0) + 1;
    }

    /** What a choice does, in words. */
    function offered(operation, place, choice, now) {
        const location = now.level.memory[operation.location];
        const order = now.writes[operation.location];
        const written = Array.isArray(choice) && choice[1] !== undefined ? shown(location, choice[1]) : '';
        const of = write => `${shown(location, write.value)} (${write.step ? `step ${write.step}` : 'the first value'})`;
        switch (operation.kind) {
            case 'fence': return 'does its fence';
            case 'read': return `reads ${location.name}`;
            case 'write': return operation.text.includes('drop') ? `drops ${location.name}` : `writes ${written}`;
            case 'load': return `reads ${of(order[place])}`;
            case 'update': return `reads ${of(order[place])}` + (written ? `, stores ${written}` : '');
            default: {
                const before = order[place + 1];
                return `stores ${written}`.trim() + (before ? `, older than ${of(before)}` : '');
            }
        }
    }

    /** Why a choice is not offered. */
    function why(code, now) {
        if (code === 'turns') return 'the loop would only turn';
        if (code === 'sc') return 'the SC axiom: the SeqCst operations and fences would have no order';
        const step = stepOf(now, ...code.slice(1).split('.').map(Number));
        return {
            o: `coherence: step ${step} is newer, and happens before this`,
            s: `coherence: step ${step} happens before this, and has seen a newer value`,
            t: `atomicity: nothing comes between step ${step} and what it read`,
        }[code[0]];
    }

    function shown(location, value) {
        return location.bool ? String(value === 1) : String(value);
    }

    function element(name, className, parent, text) {
        const made = document.createElement(name);
        if (className) made.className = className;
        if (text) made.textContent = text;
        parent?.append(made);
        return made;
    }

    function button(parent, text, act) {
        const made = element('button', '', parent, text);
        made.type = 'button';
        made.addEventListener('click', act);
        return made;
    }

    /** The fewest steps in which this reader has broken a level. */
    function best(id) {
        return results()[id];
    }

    function keep(id, steps) {
        const known = results();
        known[id] = Math.min(steps, known[id] ?? steps);
        try {
            localStorage.setItem(STORE, JSON.stringify(known));
        } catch {
            // A browser that keeps nothing: the game goes on.
        }
    }

    function results() {
        try {
            return JSON.parse(localStorage.getItem(STORE)) ?? {};
        } catch {
            return {};
        }
    }
})();
