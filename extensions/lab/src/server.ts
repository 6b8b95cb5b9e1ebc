import type { ServerSettings, Shared } from "./jupyter";

export type Ask = <Answer>(act: string, said?: Record<string, unknown>) => Promise<Answer>;

/** Return how the user's server is asked; what it refuses is an error in its words. */
export function server(shared: Shared, settings: ServerSettings): Ask {
  const { ServerConnection } = shared["@jupyterlab/services"];
  return async <Answer>(act: string, said: Record<string, unknown> = {}) => {
    const url = `${settings.baseUrl}mindzie/do/${act}`;
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(
        url,
        { method: "POST", body: JSON.stringify(said) },
        settings,
      );
    } catch {
      throw new Error("Your server does not answer: is it running, and are you connected?");
    }
    const answer = await response.json().catch(() => ({}));
    // what the server says by itself, and no act of ours
    if (response.status === 403 && /^(Forbidden)?$|xsrf/i.test(answer.message ?? ""))
      throw new Error("You are signed out of your server: load the page anew, and sign in.");
    if (!response.ok)
      throw new Error(answer.message || `The server answered ${response.status}: see its log.`);
    return answer as Answer;
  };
}
