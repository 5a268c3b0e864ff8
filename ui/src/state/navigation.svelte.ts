import type { ContextRef, ProfileId } from "../backend/types";
import type { PortForwardLine } from "../format/portForwardLine";
import { keep, readKept } from "./kept";
import type { Sort } from "./listOrder";
import { nothingSelected, only, type Selection } from "./selection";
import type { Section } from "./view";

/** What fills the window. */
export type Screen =
  | { type: "list" }
  | { type: "newForward"; context: ContextRef | null; from?: PortForwardLine }
  /** A cluster, perhaps by a kubeconfig file that is named already. */
  | { type: "addCluster"; file?: NamedFile }
  | { type: "settings" }
  /** Forwards from a file, perhaps one that is named already. */
  | { type: "import"; path?: string };

/** A file that the person named; a new object each time. */
export interface NamedFile {
  path: string;
}

/** What is asked over the screen. */
export type Dialog =
  /** Signing in again; the forward that waits for it, if one does. */
  | { type: "signIn"; context: ContextRef; session?: boolean }
  /** Whether a server's certificate is the right one. */
  | { type: "trust"; context: ContextRef; forward: ProfileId | null }
  /** Whether a forward may lead to another cluster than before. */
  | { type: "accept"; id: ProfileId }
  | { type: "editCluster"; context: ContextRef }
  | { type: "mark"; context: ContextRef }
  /** Forwards to a file: these, or all. */
  | { type: "export"; ids: ProfileId[] | null }
  /** Into which group forwards go; where it is the whole of a group, what it is called. */
  | { type: "group"; ids: readonly ProfileId[]; whole?: string };

/** What lies over the screen for a moment. */
export type Overlay = "palette" | "shortcuts";

/** Where in the form of a forward the person begins. */
export type EditPart = "name" | "connection";

/** Where the person is: screen, section, search, selection. */
export class Navigation {
  screen: Screen = $state.raw({ type: "list" });
  section: Section = $state.raw({ type: "all" });
  search = $state("");
  sort: Sort = $state(keptSort());
  overlay: Overlay | null = $state(null);
  /** The rows that are chosen; what is done to several is done to these. */
  rows: Selection = $state.raw(nothingSelected);
  selected: ProfileId | null = $state(null);
  detailsOpen = $state(false);
  editing = $state(false);
  /** The guarded forward of which the list asks whether to turn it on. */
  asking: ProfileId | null = $state(null);
  dialog: Dialog | null = $state.raw(null);
  /** Where editing begins; a new object each time it is asked for. */
  editStart: { part: EditPart } = $state.raw({ part: "name" });
  /** Whether the person folded the details on a window that has room for them; they stay folded then. */
  #folded = false;

  /** Opens New forward, with a cluster chosen or the person's current one. */
  newForward(context: ContextRef | null = null): void {
    this.screen = { type: "newForward", context };
  }

  /** Opens the import of forwards, of a file that is named or to be named. */
  importForwards(path?: string): void {
    this.screen = { type: "import", ...(path === undefined ? {} : { path }) };
  }

  /** Asks where to write forwards to: these, or all. */
  exportForwards(ids: ProfileId[] | null = null): void {
    this.dialog = { type: "export", ids };
  }

  addCluster(): void {
    this.screen = { type: "addCluster" };
  }

  /** Whether the screen that takes in this file would take away what the person may have typed. */
  covers(path: string): boolean {
    const { type } = this.screen;
    const takesIn = type === "addCluster" && screenFor(path) === "addCluster";
    const safe = type === "list" || type === "settings" || takesIn;
    return this.dialog !== null || this.editing || !safe;
  }

  /** Shows the screen that takes in a file. */
  openFile(path: string): void {
    this.overlay = null;
    this.dialog = null;
    if (screenFor(path) === "import") this.importForwards(path);
    else this.screen = { type: "addCluster", file: { path } };
  }

  settings(): void {
    this.screen = { type: "settings" };
  }

  /** Opens New forward with what a command line says. */
  newForwardFrom(from: PortForwardLine): void {
    this.screen = { type: "newForward", context: null, from };
  }

  sortBy(sort: Sort): void {
    this.sort = sort;
    keep("sort", sort);
  }

  /** Chooses rows; the keyboard is at one of them. */
  choose(rows: Selection): void {
    if (rows.cursor !== this.selected) this.editing = false;
    this.selected = rows.cursor;
    this.rows = rows;
  }

  showList(): void {
    this.screen = { type: "list" };
  }

  /** Chooses what the list shows. */
  showSection(section: Section): void {
    this.section = section;
    this.showList();
  }

  select(id: ProfileId | null): void {
    if (id !== this.selected) this.editing = false;
    this.selected = id;
    this.rows = only(id);
  }

  /** Has the list ask whether to turn a guarded forward on. */
  ask(id: ProfileId): void {
    this.select(id);
    this.asking = id;
  }

  /** Selects by pointer: shows the details too, unless the person folded them. */
  pick(id: ProfileId): void {
    this.select(id);
    if (!this.#folded) this.detailsOpen = true;
  }

  openDetails(id: ProfileId): void {
    this.select(id);
    this.detailsOpen = true;
    this.#folded = false;
  }

  closeDetails(): void {
    this.detailsOpen = false;
    this.editing = false;
    this.#folded = !detailsOverlay();
  }

  edit(id: ProfileId, part: EditPart = "name"): void {
    this.openDetails(id);
    this.editStart = { part };
    this.editing = true;
  }

  /** Shows a forward that was just made, whatever the list was narrowed to. */
  reveal(id: ProfileId): void {
    this.section = { type: "all" };
    this.search = "";
    this.showList();
    this.select(id);
    this.detailsOpen = !this.#folded && !detailsOverlay();
  }
}

/** Whether the window is so narrow that the details lie over the list; the same width is in App.svelte's styles. */
function detailsOverlay(): boolean {
  const zoom = Number(document.documentElement.style.getPropertyValue("--zoom")) || 1;
  return innerWidth / zoom < 960;
}

/** Exports of forwards are JSON; anything else may be a kubeconfig. */
function screenFor(path: string): "import" | "addCluster" {
  return /\.json$/i.test(path) ? "import" : "addCluster";
}

function keptSort(): Sort {
  const kept = readKept("sort");
  return kept === "state" || kept === "recent" || kept === "own" ? kept : "name";
}
