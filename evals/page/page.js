const root = document.documentElement, cases = document.querySelectorAll(".case");
const show = (lang) => { root.dataset.lang = root.lang = lang; };
show(navigator.language.startsWith("zh") ? "zh-CN" : "en");
document.querySelector("#lang").onclick = () => show(root.dataset.lang === "en" ? "zh-CN" : "en");
document.querySelector("#theme").onclick = () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
};
const find = document.querySelector("#find"), suite = document.querySelector("#suite");
const narrow = () => {
  const sought = find.value.trim().toLowerCase();
  for (const section of document.querySelectorAll(".suite")) {
    let shown = 0;
    for (const one of section.querySelectorAll(".case")) {
      one.hidden = !one.textContent.toLowerCase().includes(sought);
      shown += one.hidden ? 0 : 1;
    }
    section.hidden = !shown || (suite.value !== "" && section.dataset.suite !== suite.value);
  }
};
if (find) { find.oninput = suite.onchange = narrow; }
let closed = [];
addEventListener("beforeprint", () => { closed = [...cases].filter((one) => !one.open); closed.forEach((one) => { one.open = true; }); });
addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
