import type { Backend } from "./backend";
import { insideTauri, tauriBackend } from "./tauri";

/** The desktop application's engine; outside it, in development and flow tests, an in-memory cluster. */
export async function chooseBackend(): Promise<Backend> {
  if (__SCRIPTED_BACKEND__ && !insideTauri()) {
    const [{ scriptedBackend }, { observed }] = await Promise.all([
      import("./scripted/backend"),
      import("./scripted/observed"),
    ]);
    return observed(scriptedBackend(new URLSearchParams(location.search)));
  }
  return tauriBackend;
}
