import { h } from "../shared/dom";
import type { Around, Control } from "./fields";
import type { Field, Offer } from "./types";

/** A working calendar as it is stored. */
interface Stored {
  hours: string[];
  country?: string | null;
  region?: string | null;
  closures?: string[];
  extra_days?: string[];
  time_zone?: string | null;
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Which time counts: all of it, or that of a working calendar. */
export function workingCalendar(field: Field, value: unknown, around: Around): Control {
  const start = (value ?? null) as Stored | null;
  const on = h("input", { type: "checkbox", checked: start !== null });
  const week = hours(start?.hours ?? field.hours ?? [], () => around.changed());
  const place = holidays(start, around);
  const dates = (label: string, days: string[] | undefined) => {
    const hint = "2025-12-24, 2025-12-31";
    const input = h("input", { type: "text", "aria-label": label, placeholder: hint });
    input.value = (days ?? []).join(", ");
    input.addEventListener("input", () => around.changed());
    return input;
  };
  const closures = dates("More free days", start?.closures);
  const extra = dates("More working days", start?.extra_days);
  const zone = h("input", {
    type: "text",
    "aria-label": "Time zone",
    placeholder: around.desk.shown().time_zone,
  });
  zone.value = start?.time_zone ?? "";
  zone.addEventListener("input", () => around.changed());
  const rare = [labelled("More free days", closures), labelled("More working days", extra)];
  const open = Boolean(start?.closures?.length || start?.extra_days?.length || start?.time_zone);
  const summary = h("summary", {}, "Days and time zone");
  const more = h("details", { class: "mz-more", open }, summary, ...rare, labelled("Time zone", zone));
  const box = h("div", { class: "mz-calendar", role: "group", "aria-label": "Working calendar" });
  box.append(week.element, place.element, more);
  const show = () => box.toggleAttribute("hidden", !on.checked);
  on.addEventListener("change", () => {
    show();
    if (on.checked) place.load();
    around.changed();
  });
  show();
  if (start) place.load();
  const read = (): Stored | undefined => {
    if (!on.checked) return undefined;
    const days = { closures: listed(closures.value), extra_days: listed(extra.value) };
    return { hours: week.read(), ...place.read(), ...days, time_zone: zone.value.trim() || null };
  };
  const label = h("label", { class: "mz-flag" }, on, "Count working time only");
  return { element: h("div", {}, label, box), read };
}

/** The working days, and their hours: the same on all of them, or each day's own. */
function hours(start: string[], changed: () => void) {
  const usual = start.find(Boolean) ?? "";
  const all = text("Hours of work", usual);
  const differ = h("input", { type: "checkbox", checked: start.some((day) => day && day !== usual) });
  const days = DAYS.map((name, at) => ({
    name,
    works: h("input", { type: "checkbox", checked: Boolean(start[at]), "aria-label": name }),
    own: text(`Hours of work on ${name}`, start[at] || usual),
  }));
  const marks = days.map(({ name, works }) => h("label", {}, name.slice(0, 2), works));
  const own = days.map((day) => labelled(day.name, day.own, "mz-field mz-day"));
  const common = labelled("Hours, such as 8-12, 13-17", all);
  const draw = () => {
    common.toggleAttribute("hidden", differ.checked);
    days.forEach((day, at) => {
      own[at]?.toggleAttribute("hidden", !differ.checked || !day.works.checked);
    });
  };
  differ.addEventListener("change", () => {
    if (differ.checked) for (const day of days) day.own.value = all.value;
  });
  for (const input of [all, differ, ...days.flatMap((day) => [day.works, day.own])])
    input.addEventListener(input.type === "checkbox" ? "change" : "input", () => {
      draw();
      changed();
    });
  draw();
  const week = h("div", { class: "mz-week", role: "group", "aria-label": "Working days" }, ...marks);
  const flag = h("label", { class: "mz-flag" }, differ, "Hours differ by day");
  const hoursOf = (day: (typeof days)[number]) => (differ.checked ? day.own : all).value;
  return {
    element: h("div", { class: "mz-hours" }, week, common, ...own, flag),
    read: () => days.map((day) => (day.works.checked ? hoursOf(day) : "")),
  };
}

/** The country and region whose holidays are free; both are asked for when they are needed. */
function holidays(start: Stored | null, around: Around) {
  const country = h("select", { "aria-label": "Holidays" });
  const region = h("select", { "aria-label": "Region" });
  const ofRegion = labelled("Region", region);
  let asked = false;
  const fill = (select: HTMLSelectElement, none: string, chosen: string, items: Offer["items"]) => {
    const options = items.map(({ value, label }) => h("option", { value: String(value) }, label));
    if (chosen && !items.some(({ value }) => value === chosen))
      options.unshift(h("option", { value: chosen }, chosen));
    select.replaceChildren(h("option", { value: "" }, none), ...options);
    select.value = chosen;
  };
  const offer = async (message: Record<string, unknown>) =>
    (await around.desk.ask<Offer>({ do: "offer", place: around.place, ...message })).items;
  const regions = async (chosen: string) => {
    const of = country.value;
    fill(region, "Whole country", chosen, []);
    const items = of ? await offer({ pick: "region", country: of }) : [];
    if (country.value !== of) return;
    fill(region, "Whole country", region.value, items);
    ofRegion.toggleAttribute("hidden", !items.length);
  };
  const ignored = () => undefined; // what was chosen stays
  fill(country, "None", start?.country ?? "", []);
  fill(region, "Whole country", start?.region ?? "", []);
  ofRegion.toggleAttribute("hidden", !start?.region);
  country.addEventListener("change", () => {
    ofRegion.toggleAttribute("hidden", true);
    regions("").catch(ignored);
    around.changed();
  });
  region.addEventListener("change", () => around.changed());
  return {
    element: h("div", { class: "mz-places" }, labelled("Holidays", country), ofRegion),
    load: () => {
      if (asked) return;
      asked = true;
      offer({ pick: "country" }).then((items) => fill(country, "None", country.value, items), ignored);
      regions(region.value).catch(ignored);
    },
    read: () => ({ country: country.value || null, region: (country.value && region.value) || null }),
  };
}

function text(label: string, value: string): HTMLInputElement {
  const input = h("input", { type: "text", "aria-label": label, placeholder: "9-17" });
  input.value = value;
  return input;
}

function labelled(label: string, input: HTMLElement, look = "mz-field"): HTMLElement {
  return h("label", { class: look }, h("span", { class: "mz-label" }, label), input);
}

function listed(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter(Boolean);
}
