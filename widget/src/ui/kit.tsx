import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icons.js";

type Tone = "neutral" | "good" | "warn" | "bad" | "accent";

interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  kind?: "primary" | "quiet" | "line" | "danger";
  icon?: IconName;
  disabled?: boolean;
  type?: "button" | "submit";
  testid?: string;
  wide?: boolean;
}

export function Button({ children, onClick, kind = "line", icon, disabled, type = "button", testid, wide }: ButtonProps) {
  return (
    <button class={`btn ${kind}${wide ? " wide" : ""}`} type={type} onClick={onClick} disabled={disabled} data-testid={testid}>
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Omit<JSX.HTMLAttributes<HTMLButtonElement>, "icon"> {
  icon: IconName;
  label: string;
  testid?: string;
  size?: number;
  pressed?: boolean;
  disabled?: boolean;
}

export function IconButton({ icon, label, testid, size, pressed, ...rest }: IconButtonProps) {
  return (
    <button class="iconbtn" type="button" aria-label={label} title={label} aria-pressed={pressed} data-testid={testid} {...rest}>
      <Icon name={icon} size={size} filled={pressed} />
    </button>
  );
}

/** A label from the server may also stand inside a sentence; alone it begins like one. */
function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function Chip({ children, tone = "neutral", icon }: { children: ComponentChildren; tone?: Tone; icon?: IconName }) {
  return (
    <span class={`chip ${tone}`}>
      {icon && <Icon name={icon} size={14} />}
      {typeof children === "string" ? upper(children) : children}
    </span>
  );
}

/** A framed piece of typed data, named for people and for tests. */
export function Card(props: { icon: IconName; title: ComponentChildren; side?: ComponentChildren; tone?: Tone; type: string; children?: ComponentChildren }) {
  return (
    <section class={`card ${props.tone ?? "neutral"} of-${props.type}`} data-testid={`card-${props.type}`}>
      <header class="card-head">
        <span class="card-icon">
          <Icon name={props.icon} size={18} />
        </span>
        <h3 class="card-title">{props.title}</h3>
        {props.side}
      </header>
      {props.children}
    </section>
  );
}

/** Name and value in two columns. */
export function Facts({ rows }: { rows: (readonly [ComponentChildren, ComponentChildren] | null | false)[] }) {
  return (
    <dl class="facts">
      {rows.map((row) => row && (
        <div>
          <dt>{row[0]}</dt>
          <dd dir="auto">{row[1]}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  );
}

export function Avatar({ kind, name }: { kind: string; name?: string | null }) {
  const initial = Array.from(name?.trim() ?? "")[0];
  if (kind === "agent" && initial) return <span class="avatar agent" aria-hidden="true">{initial.toUpperCase()}</span>;
  return (
    <span class={`avatar ${kind}`} aria-hidden="true">
      <Icon name={kind === "agent" ? "headset" : "spark"} size={16} />
    </span>
  );
}

export function Empty({ icon, title, sub, children }: { icon: IconName; title: string; sub?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <b>{title}</b>
      {sub && <p>{sub}</p>}
      {children}
    </div>
  );
}
