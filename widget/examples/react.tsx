/** A shop in React: one component that keeps the chat told of what is on view, and says how much is unread. */
import { loadAnxin } from "anxin-chat";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const anxin = loadAnxin("http://127.0.0.1:8000");
anxin("boot", { shop: "star", locale: "en" });

function Support({ order }: { order: string }) {
  const [unread, setUnread] = useState(0);
  useEffect(() => anxin("on", "unread", setUnread), []);
  useEffect(() => anxin("update", { order: { id: order } }), [order]);
  return (
    <button type="button" onClick={() => anxin("open", { prefill: `Where is ${order}?` })}>
      Ask about {order} ({unread})
    </button>
  );
}

function Orders() {
  const [order, setOrder] = useState("SC20261118001");
  return (
    <>
      <h1>Orders</h1>
      <button type="button" onClick={() => setOrder("SC20261119003")}>The next one</button>
      <Support order={order} />
    </>
  );
}

createRoot(document.getElementById("root") as HTMLElement).render(<StrictMode><Orders /></StrictMode>);
