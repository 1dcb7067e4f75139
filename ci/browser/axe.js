// Accessibility faults of a page as it stands, one line each.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const script = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function violations(page) {
    // Not as a script of the page, which may have no others.
    await page.evaluate(script);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, any }) => `axe ${id}: ${help}: ${target.join(' ')} ${any[0]?.message ?? ''}`));
}
