// Compiles resumed.ts with the client that it judges, and runs it on a file of plays.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const outfile = `${process.argv[2]}.mjs`;
await build({ entryPoints: [join(here, "resumed.ts")], outfile, bundle: true, format: "esm", platform: "node", target: "node18", logLevel: "warning" });
await import(pathToFileURL(outfile).href);
