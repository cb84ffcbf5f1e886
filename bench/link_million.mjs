// SPDX-License-Identifier: GPL-3.0-or-later
//
// A plain list of invented persons (link_people plain) from CSV to pairs and clusters, by
// deponent link and by the same work written as SQL for DuckDB, in the same run, one thread each:
// processor seconds and peak memory of both, and how right both are.
//
// usage: node link_million.mjs BUILD FOLDER [RECORDS [SEED]]
//
// The SQL: blocking rules of the shape that link chooses for such a list, each pair once;
// comparison levels like its own (equal by four classes of rarity, one letter, Jaro-Winkler at
// .93, .86 and .76; dates by digits), with Levenshtein where link allows a swap as well, which
// DuckDB does ten times faster; u from a million random pairs, m by EM over the histogram of
// patterns; scores by pattern, pairs from probability 0.5, clusters by connected components.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from './link_duckdb.mjs';

const self = fileURLToPath(import.meta.url);

// --- the SQL ---------------------------------------------------------------------------------

// A key by sound: all vowels one, like consonants made one.
const MACROS = `
CREATE MACRO sound(w) AS left(w, 1) || translate(replace(replace(replace(replace(
    lower(substr(w, 2)), 'ph', 'f'), 'ck', 'k'), 'sh', 's'), 'll', 'l'),
    'eiouyczqvdh', 'aaaaakskft');
CREATE MACRO class(c, n) AS CASE WHEN c > n / 1000 THEN 10 WHEN c > n / 10000 THEN 11
    WHEN c > n / 100000 THEN 12 ELSE 13 END;
-- near(a, b): the level of two words that differ.
CREATE MACRO near(a, b, jw) AS CASE
    WHEN abs(strlen(a) - strlen(b)) <= 1 AND levenshtein(a, b) <= 1 THEN 8
    WHEN jw >= 0.93 THEN 6 WHEN jw >= 0.86 THEN 5 WHEN jw >= 0.76 THEN 4 ELSE 1 END;
CREATE MACRO day(a, b) AS CASE
    WHEN hamming(a, b) = 1 THEN 9
    WHEN left(a, 4) = left(b, 4) AND substr(a, 6, 2) = substr(b, 9, 2)
         AND substr(a, 9, 2) = substr(b, 6, 2) THEN 8
    WHEN left(a, 7) = left(b, 7) OR (left(a, 4) = left(b, 4) AND right(a, 2) = right(b, 2)) THEN 7
    WHEN right(a, 5) = right(b, 5) THEN 6
    WHEN hamming(a, b) = 2 THEN 5
    WHEN left(a, 4) = left(b, 4) THEN 3
    WHEN abs(a::DATE - b::DATE) <= 400 THEN 2 ELSE 1 END;
CREATE MACRO code(a, b) AS CASE
    WHEN levenshtein(a, b) = 1 THEN 5 WHEN levenshtein(a, b) = 2 THEN 4
    WHEN left(a, 3) = left(b, 3) THEN 3 WHEN left(a, 2) = left(b, 2) THEN 2 ELSE 1 END;
`;

const PEOPLE = (csv) => `
CREATE TABLE raw AS SELECT row_number() OVER () AS r, id, lower(given_name) AS given,
    lower(family_name) AS family, birth_date AS birth, lower(city) AS city, postcode,
    lower(street) AS street
    FROM read_csv('${csv}', header = true, all_varchar = true);
CREATE TABLE people AS SELECT raw.*,
    sound(given) AS sg, sound(family) AS sf, sound(city) AS sc, sound(street) AS ss,
    left(birth, 4) AS year, left(postcode, 4) AS area,
    class(count(*) OVER (PARTITION BY given), count(*) OVER ()) AS cg,
    class(count(*) OVER (PARTITION BY family), count(*) OVER ()) AS cf,
    class(count(*) OVER (PARTITION BY city), count(*) OVER ()) AS cc,
    class(count(*) OVER (PARTITION BY postcode), count(*) OVER ()) AS cp
    FROM raw ORDER BY r;
DROP TABLE raw;
CREATE TABLE part AS
    SELECT r, sg AS s, left(given, 4) AS p, ss, birth, postcode FROM people WHERE given <> ''
    UNION ALL SELECT r, sf, left(family, 4), ss, birth, postcode FROM people WHERE family <> '';
`;

const RULES = [
    'SELECT a.r AS l, b.r AS r FROM part a JOIN part b ON a.s = b.s AND a.ss = b.ss',
    'SELECT a.r AS l, b.r AS r FROM part a JOIN part b ON a.s = b.s AND a.birth = b.birth',
    'SELECT a.r AS l, b.r AS r FROM part a JOIN part b ON a.p = b.p AND a.postcode = b.postcode',
    ...[['birth', 'ss'], ['sf', 'sc'], ['area', 'ss'], ['sg', 'sf'], ['birth', 'sc'],
        ['sc', 'ss'], ['birth', 'area'], ['year', 'ss'], ['left(family, 3)', 'left(given, 2)'],
        ['year', 'postcode']].map((keys) => `SELECT a.r AS l, b.r AS r FROM people a JOIN people b
            ON ${keys.map((key) => (key.includes('(')
        ? `${key.replace('(', '(a.')} = ${key.replace('(', '(b.')}` : `a.${key} = b.${key}`))
        .join(' AND ')}`),
    'SELECT a.r AS l, b.r AS r FROM people a JOIN people b ON a.sg = b.sf AND a.sf = b.sg',
].map((rule) => `${rule} AND a.r < b.r`);

const FIELDS = { given: 'cg', family: 'cf', birth: null, city: 'cc', postcode: 'cp', street: null };

// Pairs (l, r) to pattern: a level a field, sixteen times the next.
const patterns = (from) => {
    const word = (f) => `CASE WHEN a.${f} = '' OR b.${f} = '' OR a.${f} IS NULL OR b.${f} IS NULL
        OR a.${f} = b.${f} THEN NULL ELSE jaro_winkler_similarity(a.${f}, b.${f}) END AS jw_${f}`;
    const missing = (f) => `coalesce(a_${f}, '') = '' OR coalesce(b_${f}, '') = ''`;
    const level = (f) => {
        const equal = FIELDS[f] ?? '13';
        const other = f === 'birth' ? `day(a_${f}, b_${f})` : f === 'postcode'
            ? `code(a_${f}, b_${f})` : `near(a_${f}, b_${f}, jw_${f})`;
        // A postcode implies its city: told once.
        const none = f === 'city' ? `${missing(f)} OR a_postcode = b_postcode` : missing(f);
        return `CASE WHEN ${none} THEN 0 WHEN a_${f} = b_${f} THEN ${equal} ELSE ${other} END`;
    };
    const names = Object.keys(FIELDS);
    return `SELECT l, r, ${names.map((f, i) => `(${level(f)})::BIGINT * ${16 ** i}`).join(' + ')} AS p
        FROM (SELECT l, x.r, ${names.map((f) => `a.${f} AS a_${f}, b.${f} AS b_${f}`).join(', ')},
            a.cg, a.cf, a.cc, a.cp, ${['given', 'family', 'city', 'street'].map(word).join(', ')}
            FROM ${from} x JOIN people a ON a.r = x.l JOIN people b ON b.r = x.r)`;
};

async function rows(connection, sql) {
    return (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(Number));
}

// EM over the histogram [[pattern, pairs]]; u from the random one. Returns log2 odds a pattern.
// The prior is of all pairs there are, not only of those compared, as u is, and is given: with it
// learned too, EM takes the blocks for the matches.
function fit(observed, random, records) {
    const K = 6, LEVELS = 16;
    const level = (p, k) => Math.floor(p / 16 ** k) % 16;
    const u = Array.from({ length: K }, () => new Float64Array(LEVELS).fill(0.5));
    for (const [p, n] of random)
        for (let k = 0; k < K; k++) u[k][level(p, k)] += n;
    const normal = (table) => {
        for (const t of table) {
            t[0] = 0;
            const sum = t.reduce((a, b) => a + b, 0);
            for (let i = 0; i < LEVELS; i++) t[i] /= sum;
            t[0] = 1;
        }
    };
    normal(u);
    let m = Array.from({ length: K }, () =>
        Float64Array.from({ length: LEVELS }, (_, i) => (i > 9 ? 0.2 : 0.02)));
    normal(m);
    const share = 0.4 / records;
    const odds = (p) => {
        let sum = Math.log2(share / (1 - share));
        for (let k = 0; k < K; k++) sum += Math.log2(m[k][level(p, k)] / u[k][level(p, k)]);
        return sum;
    };
    for (let round = 0; round < 50; round++) {
        const next = Array.from({ length: K }, () => new Float64Array(LEVELS).fill(0.1));
        for (const [p, n] of observed) {
            const w = n / (1 + 2 ** -odds(p));
            for (let k = 0; k < K; k++) next[k][level(p, k)] += w;
        }
        normal(next);
        m = next;
    }
    return odds;
}

async function linkBySql(folder, csv) {
    const connection = await connect(folder, 1);
    for (const sql of (MACROS + PEOPLE(csv)).split(';'))
        if (sql.trim()) await connection.run(sql);
    await connection.run(`CREATE TABLE pairs AS ${RULES.join(' UNION ')}`);
    await connection.run(`CREATE TABLE scored AS ${patterns('pairs')}`);
    const [[compared]] = await rows(connection, 'SELECT count(*) FROM pairs');
    await connection.run('DROP TABLE pairs');
    await connection.run(`CREATE TABLE random AS SELECT l, r FROM
        (SELECT 1 + floor(random() * n)::BIGINT AS l, 1 + floor(random() * n)::BIGINT AS r FROM
            (SELECT count(*) AS n FROM people), range(1000000)) WHERE l < r`);
    const observed = await rows(connection, 'SELECT p, count(*) FROM scored GROUP BY p');
    const random = await rows(connection,
        `SELECT p, count(*) FROM (${patterns('random')}) GROUP BY p`);
    const [[records]] = await rows(connection, 'SELECT count(*) FROM people');
    const odds = fit(observed, random, records);
    await connection.run('CREATE TABLE weights (p BIGINT, w DOUBLE)');
    for (let i = 0; i < observed.length; i += 5000)
        await connection.run(`INSERT INTO weights VALUES ${observed.slice(i, i + 5000)
            .map(([p]) => `(${p}, ${odds(p)})`).join(', ')}`);
    await connection.run(`CREATE TABLE links AS SELECT l, r, w, 1 / (1 + 2 ** -w) AS probability
        FROM scored JOIN weights USING (p) WHERE w >= 0`);
    await connection.run(`COPY (SELECT a.id AS "left", b.id AS "right", w AS weight, probability
        FROM links JOIN people a ON a.r = l JOIN people b ON b.r = links.r)
        TO '${join(folder, 'sql_pairs.csv')}' (HEADER)`);
    // Connected components: every record takes the least number among its neighbours'.
    await connection.run(`CREATE TABLE edge AS SELECT l AS x, r AS y FROM links
        UNION ALL SELECT r, l FROM links`);
    await connection.run('CREATE TABLE label AS SELECT r, r AS c FROM people');
    for (let changed = 1; changed > 0;) {
        await connection.run(`CREATE OR REPLACE TABLE next AS SELECT label.r,
            least(label.c, coalesce(min(o.c), label.c)) AS c FROM label LEFT JOIN edge ON x = label.r
            LEFT JOIN label o ON o.r = y GROUP BY label.r, label.c`);
        [[changed]] = await rows(connection,
            'SELECT count(*) FROM next JOIN label USING (r) WHERE next.c <> label.c');
        await connection.run('CREATE OR REPLACE TABLE label AS FROM next');
    }
    await connection.run(`COPY (SELECT id, c FROM label JOIN people USING (r))
        TO '${join(folder, 'sql_clusters.csv')}' (HEADER)`);
    console.log(compared);
}

// --- the run -----------------------------------------------------------------------------------

function measured(build, out, program, ...words) {
    const printed = execFileSync(join(build, 'bench/bench_run'), [out, program, ...words],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
    const [user, system, wall, kilobytes] = printed.trim().split('\n').at(-1).split(' ').map(Number);
    return { cpu: user + system, wall, mb: kilobytes / 1024 };
}

function lines(path) {
    return readFileSync(path, 'latin1').split('\n').slice(1).filter((line) => line);
}

// F1 of the pairs (without closure) and of the clusters.
function accuracy(folder, pairs, clusters, clusterColumn) {
    const entity = new Map(lines(join(folder, 'truth.csv')).map((line) => line.split(',')));
    const choose2 = (groups) => [...groups.values()].reduce((a, n) => a + (n * (n - 1)) / 2, 0);
    const count = (keys) => keys.reduce((map, key) => map.set(key, (map.get(key) ?? 0) + 1), new Map());
    const truth = choose2(count([...entity.values()]));
    const made = lines(pairs).map((line) => line.split(',', 2));
    const right = made.filter(([a, b]) => entity.get(a) === entity.get(b)).length;
    const rows = lines(clusters).map((line) => line.split(','));
    const all = choose2(count(rows.map((row) => row[clusterColumn])));
    const both = choose2(count(rows.map((row) => `${row[clusterColumn]} ${entity.get(row[0])}`)));
    const f1 = (hit, said) => `F1 ${((2 * hit) / (said + truth)).toFixed(4)} (precision ${
        (hit / said).toFixed(4)}, recall ${(hit / truth).toFixed(4)})`;
    return `pairs ${f1(right, made.length)}, clusters ${f1(both, all)}`;
}

function million(build, folder, records = '1000000', seed = '1') {
    mkdirSync(folder, { recursive: true });
    const persons = String(Math.ceil(Number(records) / 1.28));
    execFileSync(join(build, 'bench/link_people'), ['plain', persons, seed, folder]);
    const csv = resolve(folder, 'people.csv');
    const ours = [join(folder, 'pairs.csv'), join(folder, 'clusters.csv')];
    const link = measured(build, join(folder, 'link.txt'), join(build, 'src/door/cli/deponent'),
        'link', '--id', 'id', '--threads', '1', '--seed', '1', '--pairs', ours[0], '--clusters',
        ours[1], csv);
    const said = readFileSync(join(folder, 'link.txt'), 'utf8').match(/compared ([0-9,]+)/);
    console.log(`${records} records, ${(statSync(csv).size / 1e6).toFixed(0)} MB`);
    console.log(`deponent link  ${link.cpu.toFixed(1)} CPU-s, ${link.mb.toFixed(0)} MB, ${
        said?.[1].replaceAll(',', '')} pairs compared`);
    console.log(`  ${accuracy(folder, ...ours, 2)}`);
    const sql = measured(build, join(folder, 'sql.txt'), process.execPath, self, '--sql', folder, csv);
    console.log(`SQL on DuckDB  ${sql.cpu.toFixed(1)} CPU-s, ${sql.mb.toFixed(0)} MB, ${
        readFileSync(join(folder, 'sql.txt'), 'utf8').trim()} pairs compared`);
    console.log(`  ${accuracy(folder, join(folder, 'sql_pairs.csv'),
        join(folder, 'sql_clusters.csv'), 1)}`);
    console.log(`CPU 1/${(sql.cpu / link.cpu).toFixed(1)}, memory 1/${(sql.mb / link.mb).toFixed(1)}`);
}

const words = process.argv.slice(2);
if (words[0] === '--sql') {
    await linkBySql(words[1], words[2]);
} else if (words.length >= 2 && existsSync(words[0])) {
    await connect(words[1], 1); // installs it before anything is measured
    million(...words);
} else {
    console.error('usage: node link_million.mjs BUILD FOLDER [RECORDS [SEED]]');
    process.exit(2);
}
