// SPDX-License-Identifier: GPL-3.0-or-later
//
// Record linkage beside DuckDB, in the same run on the same data. Installs @duckdb/node-api
// with npm into FOLDER, which keeps it for the next time.
//
// usage: node link_duckdb.mjs kernels BENCH_LINK_KERNEL FOLDER [PAIRS]
//
// kernels: Jaro-Winkler, Levenshtein and optimal string alignment (beside its Damerau), one to
// one and one against many; one thread each; processor time of the query, less that of a scan
// that reads both words. Prints nanoseconds a pair, the ratio, and whether the sums agree.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export async function connect(folder, threads) {
    const home = join(resolve(folder), 'duckdb');
    mkdirSync(home, { recursive: true });
    if (!existsSync(join(home, 'node_modules/@duckdb/node-api'))) {
        writeFileSync(join(home, 'package.json'), '{"private": true}\n');
        execFileSync('npm', ['install', '--silent', '@duckdb/node-api'],
            { cwd: home, stdio: 'inherit' });
    }
    const { DuckDBInstance } = createRequire(join(home, 'package.json'))('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`SET threads = ${threads}`);
    return connection;
}

async function value(connection, sql) {
    const reader = await connection.runAndReadAll(sql);
    return Number(reader.getRows()[0][0]);
}

// Processor seconds of the best of five runs, and the value.
async function measure(connection, sql) {
    let best = Infinity, sum;
    for (let round = 0; round < 5; round++) {
        const begin = process.cpuUsage();
        sum = await value(connection, sql);
        const took = process.cpuUsage(begin);
        best = Math.min(best, (took.user + took.system) / 1e6);
    }
    return { seconds: best, sum };
}

async function kernels(program, folder, count = '1000000') {
    mkdirSync(folder, { recursive: true });
    const printed = execFileSync(program, [folder, count], { encoding: 'utf8' });
    const ours = {};
    for (const line of printed.trim().split('\n')) {
        const [set, name, nanoseconds, sum] = line.split('\t');
        ours[name] ??= {};
        ours[name][set] = { nanoseconds: Number(nanoseconds), sum: Number(sum) };
    }
    const connection = await connect(folder, 1);
    await connection.run(`CREATE TABLE pairs AS
        SELECT * FROM read_csv('${join(folder, 'pairs.csv')}', header = true, all_varchar = true)`);
    const reader = await connection.runAndReadAll('SELECT a FROM pairs LIMIT 8');
    const queries = reader.getRows().map((row) => row[0]);
    const scan = await measure(connection, 'SELECT sum(strlen(a) + strlen(b)) FROM pairs');
    const half = await measure(connection, 'SELECT sum(strlen(a)) FROM pairs');
    const functions = {
        jaro_winkler: 'jaro_winkler_similarity',
        levenshtein: 'levenshtein',
        osa: 'damerau_levenshtein',
    };
    console.log('kernel\tours ns\tDuckDB ns\tratio\tsums');
    for (const [name, sql] of Object.entries(functions)) {
        const one = await measure(connection, `SELECT sum(${sql}(a, b)) FROM pairs`);
        const many = { seconds: 0, sum: 0 };
        for (const query of queries) {
            const got = await measure(connection, `SELECT sum(${sql}(a, '${query}')) FROM pairs`);
            many.seconds += got.seconds - half.seconds;
            many.sum += got.sum;
        }
        const theirs = {
            [name]: { seconds: one.seconds - scan.seconds, sum: one.sum },
            [`${name}_many`]: { seconds: many.seconds / queries.length, sum: many.sum },
        };
        for (const [kernel, their] of Object.entries(theirs)) {
            const our = ours[kernel].chosen, nanoseconds = (their.seconds / Number(count)) * 1e9;
            const apart = Math.abs(our.sum / their.sum - 1);
            console.log([kernel, our.nanoseconds, nanoseconds.toFixed(1),
                (nanoseconds / our.nanoseconds).toFixed(1),
                apart < 1e-6 ? 'equal' : `${(100 * apart).toFixed(3)} % apart`].join('\t'));
        }
    }
}

const [command, ...rest] = process.argv.slice(2);
const called = process.argv[1] === fileURLToPath(import.meta.url);
if (called && command === 'kernels' && rest.length >= 2) {
    await kernels(...rest);
} else if (called) {
    console.error('usage: node link_duckdb.mjs kernels BENCH_LINK_KERNEL FOLDER [PAIRS]');
    process.exit(2);
}
