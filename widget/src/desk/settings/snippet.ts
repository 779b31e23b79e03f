/** The texts that a shop takes along: each is tried by a test as it stands. */

export interface Look {
  accent: string;
  position: "start" | "end";
  x: number;
  y: number;
  top: number;
  locale: string;
  scheme: "auto" | "light" | "dark";
}

export const PLAIN: Look = { accent: "", position: "end", x: 0, y: 0, top: 0, locale: "auto", scheme: "auto" };

/** What differs from the defaults, as `boot` takes it. */
export function bootOptions(look: Look): Record<string, unknown> {
  const theme = { ...(look.accent && { accent: look.accent }), ...(look.scheme !== "auto" && { scheme: look.scheme }) };
  const offset = { ...(look.x && { x: look.x }), ...(look.y && { y: look.y }), ...(look.top && { top: look.top }) };
  return {
    ...(Object.keys(theme).length && { theme }),
    ...(look.position !== "end" && { position: look.position }),
    ...(Object.keys(offset).length && { offset }),
    ...(look.locale !== "auto" && { locale: look.locale }),
  };
}

export function snippet(base: string, shop: string, look: Look): string {
  const tag = `<script async src="${base}/widget.js" data-shop="${shop}"></script>`;
  const options = bootOptions(look);
  if (!Object.keys(options).length) return tag;
  const boot = `Anxin("boot", ${JSON.stringify({ shop, ...options })});`;
  return `<script>\n  window.Anxin ??= (...call) => (Anxin.q ??= []).push(call);\n  ${boot}\n</script>\n${tag}`;
}

export function cspLines(base: string): string {
  return `script-src ${base};\nconnect-src ${base} ${base.replace(/^http/, "ws")};`;
}

export const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'";

export function tokenCode(language: "python" | "node", shop: string): string {
  return language === "python" ? PYTHON.replace("SHOP", shop) : NODE.replace("SHOP", shop);
}

export const PAGE_CODE = `Anxin("boot", { getToken: async () => (await fetch("/my/token")).text() });`;

const PYTHON = `import base64, hashlib, hmac, json, os, time


def buyer_token(buyer_id: str) -> str:
    """For the buyer who is logged in; buyer_id is the store's own id."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {"aud": "SHOP", "sub": buyer_id, "exp": int(time.time()) + 600}
    body = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    key = os.environ["ANXIN_BUYER_SECRET"].encode()
    return body + "." + part(hmac.new(key, body.encode(), hashlib.sha256).digest())`;

const NODE = `import { createHmac } from "node:crypto";

/** For the buyer who is logged in; buyerId is the store's own id. */
export function buyerToken(buyerId) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: "SHOP", sub: buyerId, exp: Math.floor(Date.now() / 1000) + 600 };
  const body = part({ alg: "HS256", typ: "JWT" }) + "." + part(claims);
  return body + "." + createHmac("sha256", process.env.ANXIN_BUYER_SECRET).update(body).digest("base64url");
}`;
