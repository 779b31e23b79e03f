// Builds every browser file into dist/ and fails where one is heavier than its budget.
import { execFileSync } from "node:child_process";
import { build, transform } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const KB = 1024;

/** Bytes after gzip. Raising one is a decision, not a fix. */
const BUDGETS = { "widget.js": 1.5 * KB, "chat.js": 35 * KB, "thread.js": 16 * KB, "cards.js": 10 * KB, "files.js": 8 * KB, "notice.js": 2 * KB, "demo/demo.js": 24 * KB, "demo/what_if.js": 8 * KB, "desk/desk.js": 120 * KB, "desk/settings.js": 30 * KB, "desk/reports.js": 10 * KB, "desk/evidence.js": 8 * KB, "desk/suppliers.js": 8 * KB, "desk/privacy.js": 8 * KB };

/** Pages of the desk that are fetched when they are first opened. */
const DESK_PAGES = ["settings", "reports", "evidence", "suppliers", "privacy"];

/** A .css import becomes its minified text, for a constructable style sheet. */
const cssText = {
  name: "css-text",
  setup(b) {
    b.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const shared = {
  bundle: true,
  minify: true,
  target: ["es2022", "chrome105", "firefox110", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [cssText],
};

async function main() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(join(dist, "demo"), { recursive: true });
  await mkdir(join(dist, "desk"), { recursive: true });
  const source = (path) => join(here, "src", path);
  await Promise.all([
    build({ ...shared, entryPoints: [source("loader.ts")], format: "iife", outfile: join(dist, "widget.js") }),
    buildParts("chat.js", source("chat/index.tsx"), "export {command} from", { "thread.js": source("chat/rooms.ts"), "cards.js": source("chat/cards/room.ts"), "files.js": source("chat/files/index.tsx"), "notice.js": source("chat/notice/index.ts") }),
    buildParts("demo/demo.js", source("demo/demo.tsx"), "import", { "demo/what_if.js": source("demo/what_if.tsx") }),
    buildParts("desk/desk.js", source("desk/desk.tsx"), "import", Object.fromEntries(DESK_PAGES.map((name) => [`desk/${name}.js`, source(`desk/${name}/index.tsx`)]))),
  ]);
  await styleDesk(source);
  const { code } = await transform(await readFile(source("demo/demo.css"), "utf8"), { loader: "css", minify: true });
  await writeFile(join(dist, "demo/demo.css"), code);
  for (const name of ["preview.html", "preview.css"]) await cp(source(`desk/${name}`), join(dist, "desk", name));
  for (const room of ["demo", "desk"]) for (const name of ["index.html", "icon.svg"]) await cp(source(`${room}/${name}`), join(dist, room, name));
  process.exitCode = (await weigh()) ? 0 : 1;
}

/** The desk stands on a page of our own, so its style is one plain file: tokens and small parts first, as in the chat. */
async function styleDesk(source) {
  const texts = await Promise.all(["ui/tokens.css", "ui/parts.css", "ui/card.css", "ui/prose.css", "ui/files/files.css", "desk/desk.css", "desk/pages.css", "desk/settings/settings.css"].map((path) => readFile(source(path), "utf8")));
  const { code } = await transform(texts.join("\n"), { loader: "css", minify: true });
  await writeFile(join(dist, "desk/desk.css"), code);
}

/**
 * Several files, one runtime: those fetched later import whatever the first already holds (Preact, the core, the
 * small parts) from the first itself. A bundler's own splitting would put the shared code in a file of its own, one request more
 * at first open.
 */
async function buildParts(entryFile, first, exported, later) {
  const alone = await build({ ...shared, entryPoints: [first], format: "esm", write: false, metafile: true });
  const held = new Set(Object.keys(alone.metafile.inputs).map((path) => resolve(path)));
  const names = new Map();
  for (const [file, path] of Object.entries(later)) {
    const plugins = [cssText, borrow(held)];
    const behind = await build({ ...shared, entryPoints: [path], format: "esm", write: false, plugins });
    await writeFile(join(dist, file), link(behind.outputFiles[0].text, names, entryFile.split("/").pop()));
  }
  const entry = [`${exported} ${JSON.stringify(first)};`, ...[...names.values()].map(({ line }) => line)].join("\n");
  const stdin = { contents: entry, resolveDir: here, loader: "ts" };
  await build({ ...shared, stdin, format: "esm", outfile: join(dist, entryFile) });
}

/** Marks every module that the first file holds as borrowed rather than bundled again. */
function borrow(held) {
  return {
    name: "borrow",
    setup(b) {
      b.onResolve({ filter: /.*/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === "seen" || from.kind === "entry-point") return undefined;
        const found = await b.resolve(path, { ...from, pluginData: "seen" });
        return held.has(found.path) && !found.path.endsWith(".css") ? { path: "held:" + found.path, external: true } : found;
      });
    },
  };
}

/** Rewrites the borrowed imports to come from the first file under short names, and adds those names for it to export. */
function link(code, names, from) {
  const text = code.replace(/import\s*\{([^}]*)\}\s*from\s*"held:([^"]+)";?/g, (_, list, path) => {
    const taken = list.split(",").map((item) => {
      const [name, local = name] = item.trim().split(/\s+as\s+/);
      const what = `${name} from ${path}`;
      const short = names.get(what)?.short ?? "_" + names.size.toString(36);
      names.set(what, { short, line: `export {${name} as ${short}} from ${JSON.stringify(path)};` });
      return `${short} as ${local}`;
    });
    return `import{${taken.join(",")}}from"./${from}";`;
  });
  if (text.includes('"held:')) throw new Error("build.mjs: an import of a borrowed module has a form that link() does not know");
  return text;
}

async function weigh() {
  let fits = true;
  for (const [name, limit] of Object.entries(BUDGETS)) {
    if (!existsSync(join(dist, name))) continue;
    const size = gzipSync(await readFile(join(dist, name)), { level: 9 }).length;
    const over = size > limit;
    console.log(`${name.padEnd(14)} ${(size / KB).toFixed(2).padStart(6)} KB gzip of ${(limit / KB).toFixed(1)}${over ? "  OVER BUDGET" : ""}`);
    fits &&= !over;
  }
  return fits;
}

/** What `npm pack` in npm/ packs: the typed way to the script tag, which is not bundled with anything. */
async function embedding() {
  const out = join(here, "npm");
  await build({ ...shared, minify: false, entryPoints: [join(here, "src/embed/index.ts")], format: "esm", outfile: join(out, "index.js") });
  const options = ["--declaration", "--emitDeclarationOnly", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
  execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), ...options, "--outDir", out, join(here, "src/embed/index.ts")], { stdio: "inherit" });
}

await (process.argv[2] === "npm" ? embedding() : main());
