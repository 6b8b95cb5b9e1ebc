import { h } from "../../widgets/src/shared/dom";
import { ask, field, select } from "./dialog";
import type { Ask } from "./server";
import type { Field, Form } from "./types";

interface Inputs {
  nodes: HTMLElement[];
  /** What was changed, as text. */
  values(): Record<string, string>;
}

/** The form of an investigation's parameters; what is not changed stays as the notebook has it. */
export function parameters(fields: Field[]): Inputs {
  // what a field makes of a value, such as of a text of several lines, is no change
  const made = fields.map((one) => {
    const node = input(one);
    return { one, input: node, start: node.value };
  });
  return {
    nodes: made.map(({ one, input }) => field(one.name, input, one.optional ? "may be left empty" : "")),
    values: () =>
      Object.fromEntries(
        made
          .filter(({ input, start }) => input.value !== start)
          .map(({ one, input }) => [one.name, input.value]),
      ),
  };
}

function input({
  kind,
  choices,
  value,
  optional,
}: Field): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  if (kind === "choice") {
    const empty: [string, string] = ["", optional ? "none" : "as the notebook has it"];
    return select([...(optional || !choices.includes(value) ? [empty] : []), ...choices], value);
  }
  if (value.includes("\n")) {
    const made = h("textarea", { rows: 3, spellcheck: "false" });
    made.value = value;
    return made;
  }
  const made = h("input", {
    type: "text",
    inputmode: kind === "number" ? "decimal" : null,
    spellcheck: "false",
  });
  made.value = value;
  return made;
}

/** Run an investigation with its parameters; says whether it was asked for. */
export async function runForm(server: Ask, investigation: string): Promise<boolean> {
  const form = await server<Form>("form", { investigation });
  const given = parameters(form.fields);
  const again = h("input", { type: "checkbox" });
  const tick = h("label", { class: "mz-lab-tick" }, again, "Also where the same was run already");
  const none = form.fields.length ? [] : [h("p", { class: "mz-lab-note" }, "It has no parameters.")];
  return ask({
    title: `Run ${form.name}`,
    words: form.has_data ? "On the current version of its data." : "",
    body: [...none, ...given.nodes, tick],
    action: "Run",
    act: async () => {
      await server("run", { investigation, parameters: given.values(), again: again.checked });
      return undefined;
    },
  });
}
