import { h } from "../../widgets/src/shared/dom";
import { ask, field, select } from "./dialog";
import { parameters } from "./run_form";
import type { Ask } from "./server";
import type { Form } from "./types";

const PAUSE = 300;
const MISSED: [string, string][] = [
  ["last", "the last of them"],
  ["all", "all of them"],
  ["skip", "none of them"],
];

interface Times {
  words?: string;
  next?: string[];
  wrong?: string;
}

/** Let an investigation run by itself. */
export async function scheduleForm(server: Ask, investigation: string): Promise<boolean> {
  const form = await server<Form>("form", { investigation });
  const name = h("input", { type: "text", required: true, maxlength: 200, value: form.name });
  const cron = h("input", { type: "text", spellcheck: "false", placeholder: "0 6 * * MON-FRI" });
  const zone = h("input", { type: "text", spellcheck: "false", required: true });
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const fresh = h("input", { type: "checkbox", disabled: !form.has_data });
  const missed = select(MISSED);
  const given = parameters(form.fields);
  const details = given.nodes.length
    ? [h("details", {}, h("summary", {}, "Parameters"), ...given.nodes)]
    : [];
  return ask({
    title: `Schedule ${form.name}`,
    body: [
      field("Name", name),
      field("Times", cron, "minute, hour, day of the month, month, day of the week"),
      field("Time zone", zone),
      preview(server, cron, zone),
      h("label", { class: "mz-lab-tick" }, fresh, "After each new version of its data"),
      field("What was missed runs", missed),
      ...details,
    ],
    action: "Schedule",
    act: async () => {
      const made = await server<{ words: string; has_workers: boolean }>("schedule", {
        investigation,
        name: name.value,
        cron: cron.value,
        time_zone: zone.value,
        on_new_data: fresh.checked,
        missed: missed.value,
        parameters: given.values(),
      });
      const worker = made.has_workers ? "" : " It runs while `mindzie runs work --watch` is running here.";
      return `${made.words}.${worker}`;
    },
  });
}

/** The next times, said while they are written. */
function preview(server: Ask, cron: HTMLInputElement, zone: HTMLInputElement): HTMLElement {
  const next = h("div", { class: "mz-lab-next", role: "status" });
  let waits = 0;
  let turn = 0;
  const look = async () => {
    const mine = ++turn;
    const asked = { cron: cron.value, time_zone: zone.value };
    const said = await server<Times>("times", asked).catch((error: Error) => ({ wrong: error.message }));
    if (mine === turn) next.replaceChildren(...told(said));
  };
  for (const one of [cron, zone]) {
    one.addEventListener("input", () => {
      window.clearTimeout(waits);
      waits = window.setTimeout(look, PAUSE);
    });
  }
  return next;
}

function told({ words, next, wrong }: Times): HTMLElement[] {
  if (wrong) return [h("span", { class: "mz-lab-wrong" }, wrong)];
  if (!words) return [];
  return [h("b", {}, words), h("ul", {}, ...(next ?? []).map((one) => h("li", {}, one)))];
}
