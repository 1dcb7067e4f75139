// Serves a folder, as it is now, on a free port of the loopback interface.

import { createServer } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const TYPES = {
    '.css': 'text/css',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.woff2': 'font/woff2',
};

export async function serve(folder) {
    const files = new Map();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) {
            const path = join(entry.parentPath, entry.name);
            files.set('/' + relative(folder, path).replaceAll(sep, '/'), await readFile(path));
        }
    }
    const server = createServer((request, response) => {
        const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
        const body = files.get(path);
        response.writeHead(body ? 200 : 404, {
            'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
            // What all pages load, the browser keeps. The pages are opened once each.
            'Cache-Control': extname(path) === '.html' ? 'no-store' : 'max-age=86400',
        });
        response.end(body);
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${server.address().port}`;
    /** How long the file at a URL is; 0 if there is none. */
    const size = url => files.get(decodeURIComponent(new URL(url).pathname))?.length ?? 0;
    return { origin, size, close: () => server.close() };
}
