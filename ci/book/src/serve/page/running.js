// An exercise whose checks run.

import { OWN, here } from './exercises.js';
import { checkList } from './exercise.js';

/** What is known while checks still run: which have ended, and how those that have failed. */
export async function showRunning(work, { id, doing: { failed } }) {
    // The verdict may have come before this script.
    if (!here().doing) return;
    work.seen = -1;
    if (failed > work.failed) {
        work.failed = failed;
        const answer = await fetch(`${OWN}exercise/${id}`).then(answer => answer.ok ? answer.json() : null, () => null);
        const { failures } = await import('./failure.js');
        const shown = await failures(answer?.failures ?? []);
        // The verdict may have come meanwhile, or another save.
        if (work.seen !== -1 || work.failed !== failed) return;
        work.failures = shown;
    }
    const ended = here().doing?.ended ?? [];
    const list = checkList(ended.map(([title, outcome]) => ({ title, outcome })));
    const isThere = work.result.lastElementChild?.matches('.checks') && work.failures.every(shown => shown.parentNode === work.result);
    if (isThere) work.result.lastElementChild.replaceWith(list);
    else work.result.replaceChildren(...work.failures, list);
}
