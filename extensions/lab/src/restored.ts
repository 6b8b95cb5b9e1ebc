import type { Message, Session } from "./jupyter";

const PATIENCE = 10_000;

/**
 * Resolves when the page has asked a kernel for the widgets it has: of a cell that runs before, ipywidgets makes some twice, and the
 * one that is shown hears nothing. Where nothing asks, it waits no longer than its patience.
 */
export function restored(session: Session): Promise<void> {
  return new Promise((resolve) => {
    const hear = (_: unknown, { msg }: Message) => {
      const told = msg.header.msg_type === "comm_msg" && msg.content.data?.method === "update_states";
      if (told || msg.header.msg_type === "comm_info_reply") done();
    };
    const kernel = () => session.session?.kernel?.anyMessage;
    const listen = () => kernel()?.connect(hear);
    const done = () => {
      window.clearTimeout(waits);
      session.kernelChanged.disconnect(listen);
      kernel()?.disconnect(hear);
      resolve();
    };
    const waits = window.setTimeout(done, PATIENCE);
    session.kernelChanged.connect(listen);
    listen();
  });
}
