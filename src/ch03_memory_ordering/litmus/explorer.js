'use strict';

// The litmus explorer. Everything that it shows was computed before: outcomes by herd7, executions and axioms by `cargo litmus write`.
// Here it is only looked up and drawn. Without this script the page has the table.

(function explorer() {
    const FILE = `${path_to_root}ch03_memory_ordering/litmus/programs.json.gz`;
    const SVG = 'http://www.w3.org/2000/svg';
    const RUST = 'RC11';

    const FILTERS = [
        ['every program', () => true],
        ['those in which SeqCst buys something', program => bought(program)?.length > 0],
        ['those in which x86-64 hides what Rust allows', program => hides(program, 'x86-TSO')],
        ['those in which Armv8 hides what Rust allows', program => hides(program, 'Armv8')],
        ['those in which x86-64 shows what Armv8 does not', program => differ(program, 'x86-TSO', 'Armv8')],
        ['those in which the checker and C++20 differ', program => differ(program, 'C++20', RUST) || differ(program, RUST, 'C++20')],
        ['those with a race on data', program => program.ub],
    ];

    const AXIOMS = {
        'one-order': 'No order of all operations, one after the other, explains it',
        'store-order': 'Stores reach the memory in one order, and this is a circle',
        'seen-order': 'All processors see one order, and this is a circle',
        coherence: 'Coherence: one variable never goes backwards, and this is a circle',
        atomicity: 'Atomicity: a read-modify-write reads the write just before its own',
        'thin-air': 'A value would be its own cause',
        seqcst: 'There is no one order of all SeqCst operations',
    };

    const STEPS = {
        po: (a, b) => `${a} comes before ${b} in its thread`,
        hb: (a, b) => `${a} happens before ${b}`,
        rf: (a, b) => `${b} reads what ${a} has written`,
        mo: (a, b) => `${a} is overwritten by ${b}`,
        fr: (a, b) => `${a} reads an older value than ${b} writes`,
        sc: (a, b) => `${a} must come before ${b}`,
        reads: (a, b) => `${a} and ${b} are one step, with nothing in between`,
        dep: (a, b) => `${b} depends on what ${a} reads`,
        bar: (a, b) => `${a} is seen before ${b}, as one of them acquires or releases, or a fence is between`,
        same: (a, b) => `${a} is seen before ${b}, on the same variable`,
    };

    /** Why a step of the circle that SC forbids does not count elsewhere: on a machine, and in the language. */
    const LIFTS = [
        {
            po: (a, b) => `${a} comes before ${b} in its thread, but ${b} may take effect first`,
            rf: (a, b) => `${b} reads what its own thread has written before others see it`,
        },
        {
            rf: (a, b) => `${b} reads what ${a} has written, and that alone orders nothing`,
            mo: (a, b) => `${a} is overwritten by ${b}, and that orders nothing`,
            fr: (a, b) => `${a} reads an older value than ${b} writes, and that orders nothing`,
        },
    ];

    let data, weaker;

    const make = (tag, attributes = {}, ...children) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        element.append(...children);
        return element;
    };

    const column = model => data.models.indexOf(model);
    const allowed = (program, model) => program.o.filter(outcome => outcome.a[column(model)] === 1);
    const knows = (program, model) => program.o.some(outcome => outcome.a[column(model)] != null);
    /** Does Rust allow an outcome that the machine does not show? */
    const hides = (program, model) => differ(program, RUST, model);
    /** Does the first model allow what the second does not? */
    const differ = (program, first, second) => knows(program, first) && knows(program, second)
        && allowed(program, first).some(outcome => outcome.a[column(second)] === 0);

    const isFence = op => op[0].startsWith('fence(');
    const text = op => op.join('');
    const key = program => `${program.s} ${JSON.stringify(program.t.map(ops => ops.filter(op => !isFence(op)).map(op => [op[0], op[2].replace(/, \w+/, '')])))}`;

    /** The operations with each SeqCst one a step weaker, and `SeqCst` fences gone or weaker. */
    function weakened(threads) {
        const weak = ([before, order, after]) => {
            if (order !== 'SeqCst') return [before, order, after];
            const to = /\.load\(/.test(before) ? 'Acquire' : /\.store\(/.test(before) ? 'Release' : 'AcqRel';
            return [before, to, after.replace('SeqCst', 'Acquire')];
        };
        return [
            threads.map(ops => ops.map(weak)),
            threads.map(ops => ops.filter(op => !(isFence(op) && op[1] === 'SeqCst')).map(weak)),
        ];
    }

    /** What Rust would allow too if nothing were SeqCst; undefined if the data does not say. */
    function bought(program) {
        if (!program.t.flat().some(op => op.includes('SeqCst'))) return undefined;
        const others = weakened(program.t).map(threads => weaker.get(program.s + JSON.stringify(threads)));
        const other = others.find(Boolean);
        if (!other || other.ub || program.ub) return undefined;
        const here = new Set(allowed(program, RUST).map(outcome => String(outcome.v)));
        return allowed(other, RUST).filter(outcome => !here.has(String(outcome.v)));
    }

    async function load() {
        const answer = await fetch(FILE);
        if (!answer.ok) throw new Error(answer.status);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        // Some servers say what a .gz is, and the browser has unpacked it already.
        if (bytes[0] !== 0x1f) return JSON.parse(new TextDecoder().decode(bytes));
        const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
        return JSON.parse(await new Response(unpacked).text());
    }

    for (const place of document.querySelectorAll('.explorer')) {
        const start = make('button', { type: 'button' }, 'Open the explorer');
        start.addEventListener('click', async () => {
            start.disabled = true;
            try {
                data ??= await load();
                weaker ??= new Map(data.programs.map(program => [program.s + JSON.stringify(program.t), program]));
                open(place);
            } catch {
                start.after(make('p', {}, 'The data cannot be loaded from a file. Type cargo book, and open the page there.'));
            }
        });
        place.append(start);
    }

    function open(place) {
        const families = new Map();
        for (const program of data.programs) {
            const name = key(program);
            if (!families.has(name)) families.set(name, []);
            families.get(name).push(program);
        }
        const select = (label, options) => {
            const list = make('select', { 'aria-label': label });
            for (const [name, value] of options) list.add(new Option(name, value));
            return list;
        };
        const filter = select('Which programs', FILTERS.map(([name], index) => [name, index]));
        const family = select('Shape', []);
        const program = select('Program', []);
        const count = make('span', { role: 'status' });
        const threads = make('div', { class: 'threads' });
        const buys = make('p', { class: 'buys' });
        const outcomes = make('div', { class: 'outcomes' });
        const reasons = make('div', { class: 'reasons', 'aria-live': 'polite' });
        place.replaceChildren(
            make('p', { class: 'choice' }, make('label', {}, 'Show ', filter), ' ', count),
            make('p', { class: 'choice' }, make('label', {}, 'Shape ', family), ' ', make('label', {}, 'Program ', program)),
            threads, buys, outcomes, reasons,
        );
        let now = data.programs[0];
        const passes = one => FILTERS[filter.value][1](one);

        function list() {
            const found = data.programs.filter(passes);
            count.textContent = `${found.length.toLocaleString('en')} of ${data.programs.length.toLocaleString('en')} programs`;
            const names = new Set(found.map(key));
            const seen = {};
            family.replaceChildren();
            [...families.keys()].forEach(name => {
                const { s } = families.get(name)[0];
                seen[s] = (seen[s] || 0) + 1;
                if (!names.has(name)) return;
                const words = data.shapes[s] ? `${s}, ${data.shapes[s]}` : s;
                family.add(new Option(seen[s] > 1 ? `${words} (${seen[s]})` : words, name));
            });
            if (found.length > 0) show(found.includes(now) ? now : found[0]);
        }

        function show(chosen) {
            now = chosen;
            family.value = key(now);
            const all = families.get(key(now));
            program.replaceChildren();
            for (const one of all.filter(one => passes(one) || one === now)) program.add(new Option(one.n, data.programs.indexOf(one)));
            program.value = data.programs.indexOf(now);
            drawThreads(all);
            drawBuys();
            drawOutcomes();
        }

        /** The choices that make a program: for each thread, before each operation and at the end, fences, and the operation's ordering. */
        const slots = one => one.t.map(ops => {
            const found = [];
            let fences = [];
            for (const op of ops) {
                if (isFence(op)) fences.push(text(op)); else {
                    found.push(fences.join('; '), [op[1], ...op[2].match(/[A-Z]\w+/) || []].join(', '));
                    fences = [];
                }
            }
            return [...found, fences.join('; ')];
        });

        function drawThreads(all) {
            const mine = slots(now);
            const others = all.map(slots);
            threads.replaceChildren(...now.t.map((ops, thread) => {
                const lines = make('ol');
                const add = (slot, before, after) => {
                    const values = [...new Set(others.map(other => other[thread][slot]))];
                    if (values.length === 1 && values[0] === '') return before && lines.append(make('li', {}, make('code', {}, before)));
                    const choice = select(`Thread ${thread}: ${before ? `ordering of ${before}…` : 'fence'}`,
                        values.map(value => [value || (before ? 'plain' : 'no fence'), value]));
                    choice.value = mine[thread][slot];
                    choice.disabled = values.length === 1;
                    choice.addEventListener('change', () => nearest(all, others, thread, slot, choice.value));
                    const line = make('li', { class: before ? '' : 'fence' });
                    if (before) line.append(make('code', {}, before), choice, make('code', {}, after)); else line.append(choice);
                    lines.append(line);
                };
                ops.filter(op => !isFence(op)).forEach((op, index) => {
                    add(2 * index, '', '');
                    add(2 * index + 1, op[0], op[1] ? ')' : '');
                });
                add(mine[thread].length - 1, '', '');
                return make('div', { class: 'thread' }, make('p', {}, `Thread ${thread}`), lines);
            }));
        }

        /** The program that has this choice and the most of the others. */
        function nearest(all, others, thread, slot, value) {
            const mine = slots(now).flat();
            const likeness = other => other.flat().filter((one, at) => one === mine[at]).length;
            const found = all.map((one, at) => [others[at][thread][slot] === value ? likeness(others[at]) : -1, one]);
            const [, best] = found.reduce((a, b) => (b[0] > a[0] ? b : a));
            const focused = document.activeElement?.getAttribute('aria-label');
            show(best);
            [...threads.querySelectorAll('select')].find(one => one.getAttribute('aria-label') === focused)?.focus();
        }

        const words = outcome => {
            const varies = now.v.map((_, at) => new Set(now.o.map(other => String(other.v[at]))).size > 1);
            return now.v.map((name, at) => [name.replace(':', '.'), outcome.v[at], varies[at]])
                .filter(([, , is]) => is).map(([name, value]) => `${name} = ${value}`).join(', ') || 'the only one';
        };

        function drawBuys() {
            const more = bought(now);
            buys.textContent = !more ? ''
                : more.length === 0 ? 'What does SeqCst buy here? Nothing: with Acquire and Release Rust allows the same outcomes.'
                    : `What does SeqCst buy here? With Acquire and Release, Rust also allows: ${more.map(words).join('; ')}.`;
        }

        function drawOutcomes() {
            const table = make('table');
            table.append(make('caption', {}, 'Which model allows which outcome?'));
            table.append(make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Outcome'),
                ...data.models.map(model => make('th', { scope: 'col' }, model)))));
            const body = make('tbody');
            const weak = now.o.filter(outcome => outcome.a.includes(1) && outcome.a.includes(0));
            for (const outcome of now.o) {
                const choose = make('button', { type: 'button', 'aria-pressed': 'false' }, words(outcome));
                const row = make('tr', {}, make('th', { scope: 'row' }, choose), ...outcome.a.map((is, at) => {
                    const isUndefined = now.ub?.[at];
                    return make('td', { class: is ? 'yes' : '' }, isUndefined ? 'race' : is == null ? '–' : is ? 'yes' : 'no');
                }));
                if (!outcome.a.includes(1)) row.className = 'never';
                choose.addEventListener('click', () => {
                    for (const other of body.querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === choose));
                    drawReasons(outcome);
                });
                body.append(row);
            }
            table.append(body);
            const never = body.querySelectorAll('.never');
            const more = make('label', {}, make('input', { type: 'checkbox' }), ` and ${never.length} that no model allows`);
            more.hidden = never.length === 0;
            const hide = () => never.forEach(row => { row.hidden = !more.firstChild.checked; });
            more.firstChild.addEventListener('change', hide);
            hide();
            outcomes.replaceChildren(make('div', { class: 'table-wrapper' }, table), more);
            const first = now.o.indexOf(weak[0] || now.o.find(outcome => outcome.a.includes(1)));
            body.querySelectorAll('button')[Math.max(first, 0)]?.click();
        }

        /** What lets the model in this column do it. */
        function reasonOf(outcome, at) {
            if (outcome.a[0]) return 'threads that take turns come to it';
            const isText = data.models[at] === 'C++20';
            if (isText && !outcome.a[column(RUST)]) return `its text does not ask for what ${RUST} asks for`;
            const model = isText ? column(RUST) : at;
            const [from, to, step] = outcome.r[model];
            const names = namesOf(now, outcome.g[outcome.i?.[model] ?? 0]);
            return LIFTS[Number(model === column(RUST))][step](names[from], names[to]);
        }

        function drawReasons(outcome) {
            const parts = [make('h3', {}, words(outcome))];
            const picture = make('div', { class: 'graph' });
            const draw = (graph, model) => picture.replaceChildren(graphOf(now, graph, model != null ? outcome.w?.[model]?.[1] : null));
            const list = make('ul');
            data.models.forEach((model, at) => {
                const item = make('li', {}, make('b', {}, model), ': ');
                const why = outcome.w?.[at];
                const other = outcome.i?.[at];
                const look = (label, go) => {
                    const button = make('button', { type: 'button' }, label);
                    button.addEventListener('click', go);
                    item.append(' ', button);
                };
                if (now.ub?.[at]) {
                    item.append('some execution races on data, so anything may happen.');
                } else if (outcome.a[at] == null) {
                    item.append('not computed.');
                } else if (!outcome.g) {
                    item.append(outcome.a[at] ? 'allowed: its text forbids no value out of thin air.' : `forbidden. ${AXIOMS['thin-air']}.`);
                } else if (outcome.a[at]) {
                    item.append(`allowed: ${reasonOf(outcome, at)}.`);
                    if (other) look('Show its execution', () => draw(outcome.g[other], null));
                } else if (why) {
                    const names = namesOf(now, outcome.g[0]);
                    const steps = why[1].map(([from, step], index) => STEPS[step](names[from], names[why[1][(index + 1) % why[1].length][0]]));
                    const each = outcome.e > 1 ? ` Each of the ${outcome.e} executions with this outcome breaks a rule; this one:` : '';
                    item.append(`forbidden.${each} ${AXIOMS[why[0]]}: ${steps.join('; ')}.`);
                    look('Show it', () => draw(outcome.g[0], at));
                } else {
                    item.append(outcome.w?.[column(RUST)] ? `forbidden, as by ${RUST}.` : 'forbidden.');
                }
                list.append(item);
            });
            parts.push(list);
            if (outcome.g) {
                const forbidding = [column(RUST), column('x86-TSO'), column('SC')].find(at => outcome.w?.[at]);
                draw(outcome.g[0], forbidding);
                parts.splice(1, 0, picture);
            }
            reasons.replaceChildren(...parts);
        }

        filter.addEventListener('change', list);
        family.addEventListener('change', () => show(families.get(family.value).find(passes) || families.get(family.value)[0]));
        program.addEventListener('change', () => show(data.programs[program.value]));
        list();
    }

    /** A letter for each event; initial writes are called after their variable. */
    function namesOf(program, [events]) {
        return [...program.l.map(name => `the initial ${name}`), ...events.map((_, at) => String.fromCharCode(97 + at))];
    }

    /** The execution as a picture: a column for each thread; `cycle`: what is wrong with it. */
    function graphOf(program, [events, rf, mo], cycle) {
        const WIDTH = 252, HEIGHT = 84, BOX = 34, TOP = 76;
        const initial = program.l.length;
        const names = namesOf(program, [events]);
        const rows = program.t.map(() => 0);
        const at = [...program.l.map((_, loc) => ({ x: 40 + loc * 110, y: 4, w: 90 })),
            ...events.map(([thread]) => ({ x: 10 + thread * WIDTH, y: TOP + HEIGHT * rows[thread]++, w: WIDTH - 48 }))];
        const svg = document.createElementNS(SVG, 'svg');
        const add = (tag, attributes, words) => {
            const element = document.createElementNS(SVG, tag);
            for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
            if (words != null) element.textContent = words;
            svg.append(element);
        };
        const width = Math.max(program.t.length * WIDTH, initial * 110 + 60);
        svg.setAttribute('viewBox', `0 0 ${width} ${TOP + HEIGHT * Math.max(...rows)}`);
        svg.setAttribute('role', 'img');
        svg.style.maxWidth = `${width}px`;
        svg.style.minWidth = `${Math.round(width * 0.74)}px`;
        add('title', {}, `Execution: ${events.map(([thread, op], index) => `${names[initial + index]}, thread ${thread}, ${text(program.t[thread][op])}`).join('; ')}`);
        const edges = [];
        rf.forEach((from, index) => from != null && edges.push([from, initial + index, 'rf']));
        for (const order of mo) {
            for (let place = 1; place + 1 < order.length; place++) edges.push([order[place], order[place + 1], 'mo']);
        }
        const used = new Set();
        (cycle || []).forEach(([from, step], index) => {
            const to = cycle[(index + 1) % cycle.length][0];
            const known = edges.find(edge => edge[0] === from && edge[1] === to && edge[2] === step);
            if (known) known[3] = true; else edges.push([from, to, step, true]);
        });
        edges.forEach(([from, to]) => [from, to].forEach(event => used.add(event)));
        const lanes = {};
        let passing = 0;
        edges.forEach(([from, to, kind, isBad]) => {
            const [a, b] = [at[from], at[to]];
            // Of several between the same two, each has a lane of its own.
            const pair = [from, to].sort((one, other) => one - other).join();
            const lane = (lanes[pair] = (lanes[pair] ?? -1) + 1);
            const isColumn = a.x === b.x && from >= initial && to >= initial;
            const isFar = isColumn && Math.abs(a.y - b.y) > HEIGHT;
            let start, end, bend;
            if (isFar || isColumn && lane > 0) {
                const side = a.x + a.w;
                [start, end] = [[side, a.y + BOX / 2], [side, b.y + BOX / 2]];
                bend = [side + 22 + 14 * lane, (a.y + b.y + BOX) / 2];
            } else if (isColumn || from < initial) {
                const down = a.y < b.y;
                const x = isColumn ? a.x + a.w / 2 : a.x + a.w / 2;
                [start, end] = [[x, down ? a.y + BOX : a.y], [isColumn ? x : b.x + b.w / 3, down ? b.y : b.y + BOX]];
                bend = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
            } else {
                const right = a.x < b.x;
                [start, end] = [[right ? a.x + a.w : a.x, a.y + BOX / 2], [right ? b.x : b.x + b.w, b.y + BOX / 2]];
                bend = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 20 * lane];
                // Past the boxes of the threads in between: through the room below their row, each of several a little lower.
                const isPast = Math.abs(a.x - b.x) > WIDTH;
                if (isPast && (a.y - b.y) / HEIGHT % 2 === 0) bend[1] += 0.9 * HEIGHT + 22 * passing++;
                else if (isPast) {
                    const [upper, point] = a.y < b.y ? [a, start] : [b, end];
                    point.splice(0, 2, upper.x + 0.75 * upper.w, upper.y + BOX);
                    bend = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 8];
                }
            }
            // From an initial value to a row below the first: down beside the boxes above it.
            if (from < initial && b.y > TOP) {
                end = [b.x, b.y + BOX / 2];
                bend = [b.x - 44, start[1] + 12];
            }
            const colour = isBad ? 'bad' : kind === 'rf' ? 'rf' : 'other';
            add('path', { d: `M ${start} Q ${bend} ${end}`, class: `edge ${kind}${isBad ? ' bad' : ''}`, 'marker-end': `url(#litmus-${colour})` });
            // A little before the middle, where lines that cross have not met yet.
            const place = n => 0.49 * start[n] + 0.42 * bend[n] + 0.09 * end[n];
            // Beside a line that rises to the right there is room on its left.
            const rises = start[0] < end[0] && end[1] < start[1];
            const [x, anchor] = rises ? [place(0) - 4, 'end'] : [place(0) + 4, 'start'];
            add('text', { x, y: place(1) - 5, 'text-anchor': anchor, class: `label${isBad ? ' bad' : ''}` }, kind);
        });
        const defs = document.createElementNS(SVG, 'defs');
        for (const name of ['bad', 'rf', 'other']) {
            const marker = document.createElementNS(SVG, 'marker');
            for (const [attribute, value] of Object.entries({ id: `litmus-${name}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto', class: name })) marker.setAttribute(attribute, value);
            const head = document.createElementNS(SVG, 'path');
            head.setAttribute('d', 'M 0 0 L 8 4 L 0 8 z');
            marker.append(head);
            defs.append(marker);
        }
        svg.prepend(defs);
        program.l.forEach((name, loc) => {
            if (!used.has(loc)) return;
            add('rect', { x: at[loc].x, y: at[loc].y, width: 90, height: BOX, rx: 5 });
            add('text', { x: at[loc].x + 45, y: at[loc].y + 22, 'text-anchor': 'middle' }, `${name} = 0`);
        });
        events.forEach(([thread, op], index) => {
            const { x, y, w } = at[initial + index];
            add('rect', { x, y, width: w, height: BOX, rx: 5 });
            const words = text(program.t[thread][op]);
            add('text', { x: x + 8, y: y + 22, ...(words.length > 26 ? { textLength: w - 16, lengthAdjust: 'spacingAndGlyphs' } : {}) }, `${names[initial + index]}  ${words}`);
        });
        return svg;
    }
})();
