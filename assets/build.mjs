// Makes what `/static` serves: `node assets/build.mjs FOLDER`, after `npm ci` here.
// The same sources give the same files; those that are named by their hash may be kept for ever.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";
import rtlcss from "rtlcss";
import * as sass from "sass";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGES = join(HERE, "node_modules");
const WEB = join(HERE, "..", "src", "aslo", "web");
const SCRIPTS = ["theme", "suggestions", "lightbox", "copy"];
const LICENCES = ["bootstrap", "bootstrap-icons", "bootswatch"];
// What release notes may hold, and no template names.
const TAGS_OF_NOTES = [
    "blockquote", "del", "em", "h3", "h4", "h5", "h6", "hr", "kbd", "pre", "s", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr",
];
// Bootstrap is written for the older Sass; we stay with its 5.3.
const QUIET = ["import", "global-builtin", "color-functions", "if-function"];

const text = (...path) => readFileSync(join(...path), "utf8");
const files = (folder, ending) =>
    readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith(ending)).sort();

function compiled() {
    const options = {
        charset: false,
        loadPaths: [join(HERE, "scss"), PACKAGES],
        quietDeps: true,
        silenceDeprecations: QUIET,
    };
    return sass.compile(join(HERE, "scss", "aslo.scss"), options).css;
}

// The pages' policy lets no `data:` address load, so such a rule would only fill the console.
function withoutDataAddresses(css) {
    const root = postcss.parse(css);
    root.walkDecls((declaration) => {
        if (declaration.value.includes("data:")) declaration.remove();
    });
    return root.toString();
}

// Templates and our script are read word by word, Python only where it writes a class.
function content() {
    const templates = join(WEB, "templates");
    const pages = files(templates, ".html").map((name) => text(templates, name));
    const scripts = SCRIPTS.map((name) => text(HERE, "js", `${name}.js`));
    const classes = files(WEB, ".py").flatMap((name) =>
        [...text(WEB, name).matchAll(/class=\\?["']([^"'\\]+)/g)].map((match) => match[1]),
    );
    return [...pages, ...scripts, ...classes].map((raw) => ({ raw, extension: "html" }));
}

async function purged(css) {
    const [{ css: kept }] = await new PurgeCSS().purge({
        content: content(),
        css: [{ raw: css }],
        defaultExtractor: (raw) => raw.match(/[A-Za-z0-9_-]+/g) || [],
        safelist: TAGS_OF_NOTES,
        variables: true,
    });
    return kept;
}

const small = (css) => sass.compileString(css, { charset: false, style: "compressed", syntax: "css" }).css;

async function sheets() {
    const css = await purged(withoutDataAddresses(compiled()));
    return { "aslo.css": small(css), "aslo-rtl.css": small(rtlcss.process(css)) };
}

function script() {
    return SCRIPTS.map((name) => text(HERE, "js", `${name}.js`)).join("");
}

function pictures() {
    const folder = join(HERE, "svg");
    return Object.fromEntries(files(folder, ".svg").map((name) => [name, text(folder, name)]));
}

// The drawing inside each icon; a page holds those that it shows.
function glyphs() {
    const names = text(HERE, "glyphs.txt").trim().split("\n");
    const drawing = (name) => text(PACKAGES, "bootstrap-icons", "icons", `${name}.svg`)
        .replace(/^<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
    return Object.fromEntries(names.map((name) => [name, drawing(name)]));
}

function gzipped(bytes) {
    const packed = gzipSync(bytes, { level: 9 });
    packed[9] = 255; // The system that packed it, which is nobody's business.
    return packed;
}

function brotlied(bytes) {
    const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    return brotliCompressSync(bytes, { params });
}

function write(folder, name, written) {
    const bytes = Buffer.from(written);
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const ending = extname(name);
    const hashed = `${name.slice(0, -ending.length)}.${hash}${ending}`;
    writeFileSync(join(folder, hashed), bytes);
    writeFileSync(join(folder, `${hashed}.gz`), gzipped(bytes));
    writeFileSync(join(folder, `${hashed}.br`), brotlied(bytes));
    return hashed;
}

function copyLicences(folder) {
    mkdirSync(join(folder, "licences"), { recursive: true });
    for (const name of LICENCES)
        copyFileSync(join(PACKAGES, name, "LICENSE"), join(folder, "licences", `${name}.txt`));
}

function clear(folder) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder))
        if (/\.[0-9a-f]{12}\.(css|js|svg)(\.gz|\.br)?$/.test(name)) rmSync(join(folder, name));
}

async function build(folder) {
    const made = { ...(await sheets()), "aslo.js": script(), ...pictures() };
    clear(folder);
    const names = Object.entries(made).map(([name, written]) => [name, write(folder, name, written)]);
    const manifest = { files: Object.fromEntries(names.sort()), glyphs: glyphs() };
    writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
    copyLicences(folder);
}

if (process.argv.length !== 3) {
    console.error("usage: node build.mjs FOLDER");
    process.exit(2);
}
await build(process.argv[2]);
