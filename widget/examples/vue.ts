/** The same shop in Vue, written without a compiler for templates. */
import { loadAnxin } from "anxin-chat";
import { createApp, defineComponent, h, onMounted, onUnmounted, ref, watch } from "vue";

const anxin = loadAnxin("http://127.0.0.1:8000");
anxin("boot", { shop: "star", locale: "en" });

const Support = defineComponent({
  props: { order: { type: String, required: true } },
  setup(props) {
    const unread = ref(0);
    let off = () => {};
    onMounted(() => (off = anxin("on", "unread", (n) => (unread.value = n))));
    onUnmounted(() => off());
    watch(() => props.order, (id) => anxin("update", { order: { id } }), { immediate: true });
    const ask = () => anxin("open", { prefill: `Where is ${props.order}?` });
    return () => h("button", { type: "button", onClick: ask }, `Ask about ${props.order} (${unread.value})`);
  },
});

const Orders = defineComponent(() => {
  const order = ref("SC20261118001");
  const next = () => (order.value = "SC20261119003");
  return () => [h("h1", "Orders"), h("button", { type: "button", onClick: next }, "The next one"), h(Support, { order: order.value })];
});

createApp(Orders).mount("#root");
