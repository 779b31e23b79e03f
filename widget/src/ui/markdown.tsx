import type { ComponentChildren } from "preact";
import { type Block, type Inline, parse } from "../core/markdown.js";

interface Props {
  text: string;
  /** Draws the mark of citation `n`, or nothing where there is no such citation (then the text stands). */
  cite?: (n: number) => ComponentChildren;
}

export function Markdown({ text, cite }: Props) {
  return <div class="md">{parse(text).map((block) => drawBlock(block, cite))}</div>;
}

function drawBlock(block: Block, cite: Props["cite"]): ComponentChildren {
  if (block.t === "pre") return <pre>{block.text}</pre>;
  if (block.t === "h") return <p class="md-h">{drawAll(block.children, cite)}</p>;
  if (block.t === "quote") return <blockquote>{drawAll(block.children, cite)}</blockquote>;
  if (block.t === "p") return <p>{drawAll(block.children, cite)}</p>;
  const items = block.items.map((item) => <li>{drawAll(item, cite)}</li>);
  return block.t === "ul" ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
}

function drawAll(nodes: Inline[], cite: Props["cite"]): ComponentChildren {
  const out: ComponentChildren[] = [];
  const rest = [...nodes];
  for (let node = rest.shift(); node; node = rest.shift()) {
    if (node.t === "text" && rest[0]?.t === "cite") out.push(hold(node.text, rest, cite));
    else out.push(draw(node, cite));
  }
  return out;
}

/** A citation mark stays on the line of the character it follows, and so does the punctuation after it. */
function hold(text: string, rest: Inline[], cite: Props["cite"]): ComponentChildren {
  const chars = Array.from(text);
  const last = chars.pop() ?? "";
  const marks: ComponentChildren[] = [];
  while (rest[0]?.t === "cite") marks.push(draw(rest.shift() as Inline, cite));
  const next = rest[0];
  const stop = next?.t === "text" ? (/^[.,;:!?。，；：！？、）)」]/.exec(next.text)?.[0] ?? "") : "";
  if (stop && next?.t === "text") rest[0] = { t: "text", text: next.text.slice(stop.length) };
  return (
    <>
      {chars.join("")}
      <span class="held">
        {last}
        {marks}
        {stop}
      </span>
    </>
  );
}

function draw(node: Inline, cite: Props["cite"]): ComponentChildren {
  switch (node.t) {
    case "text":
      return node.text;
    case "br":
      return <br />;
    case "code":
      return <code>{node.text}</code>;
    case "strong":
      return <strong>{drawAll(node.children, cite)}</strong>;
    case "cite":
      return cite?.(node.n) ?? `[${node.n}]`;
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
          {drawAll(node.children, cite)}
        </a>
      );
  }
}
