// SPDX-License-Identifier: GPL-3.0-or-later
// Seals and opens files with the npm package age-encryption for tests/interop/interop.py: one
// job a line on standard input, {"op": "seal"|"open", "in", "out", "armor", "recipients",
// "identities", "passphrase"}; one answer a line, {"error"} or {}.
import * as age from "age-encryption"
import * as fs from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createInterface } from "node:readline"

const SMALL = 1 << 20 // from here on as a stream

async function seal(job) {
    const e = new age.Encrypter()
    for (const r of job.recipients ?? []) e.addRecipient(r)
    if (job.passphrase) e.setPassphrase(job.passphrase)
    if (fs.statSync(job.in).size > SMALL && !job.armor) {
        const plain = Readable.toWeb(fs.createReadStream(job.in))
        const sealed = await e.encrypt(plain)
        return pipeline(Readable.fromWeb(sealed), fs.createWriteStream(job.out))
    }
    const sealed = await e.encrypt(new Uint8Array(await readFile(job.in)))
    await writeFile(job.out, job.armor ? age.armor.encode(sealed) : sealed)
}

async function open(job) {
    const d = new age.Decrypter()
    for (const i of job.identities ?? []) d.addIdentity(i)
    if (job.passphrase) d.addPassphrase(job.passphrase)
    if (fs.statSync(job.in).size > SMALL && !job.armor) {
        const sealed = Readable.toWeb(fs.createReadStream(job.in))
        const plain = await d.decrypt(sealed)
        return pipeline(Readable.fromWeb(plain), fs.createWriteStream(job.out))
    }
    const bytes = job.armor
        ? age.armor.decode(await readFile(job.in, "utf8"))
        : new Uint8Array(await readFile(job.in))
    await writeFile(job.out, await d.decrypt(bytes))
}

for await (const line of createInterface({ input: process.stdin })) {
    const job = JSON.parse(line)
    try {
        await (job.op === "seal" ? seal(job) : open(job))
        console.log("{}")
    } catch (e) {
        console.log(JSON.stringify({ error: String(e) }))
    }
}
