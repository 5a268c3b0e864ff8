import type { Page } from "playwright-core";

/** A state of the window that the scripted backend can reach. */
export interface Screen {
  scenario: string;
  /** From the start of the scenario to what is meant. */
  go: (page: Page) => Promise<unknown>;
  /** The name of its pictures in docs/screenshots; without one there are none. */
  picture?: string;
}

async function addCluster(page: Page): Promise<void> {
  await page.getByRole("navigation").getByRole("button", { name: "Add cluster" }).click();
}

async function openMenu(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).focus();
  await page.keyboard.press("Enter");
}

/** Every screen and state that is looked at by machines and, where it has a picture, by people. */
export const screens: Record<string, Screen> = {
  "first start": {
    scenario: "firstStart",
    picture: "first-start",
    go: async (page) => {
      await page.getByRole("button", { name: "Try the demo cluster" }).waitFor();
    },
  },
  "first start with nothing found": {
    scenario: "noKubeconfig",
    picture: "first-start-empty",
    go: async (page) => {
      await page.getByRole("button", { name: "Look again" }).waitFor();
    },
  },
  "first start with a broken file": {
    scenario: "brokenKubeconfig",
    go: async (page) => {
      await page.getByRole("button", { name: "Look again" }).waitFor();
    },
  },
  list: {
    scenario: "busy",
    picture: "window",
    go: async (page) => {
      await page.getByText("Local port 3000 is taken.").waitFor();
    },
  },
  details: {
    scenario: "busy",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("complementary").waitFor();
    },
  },
  "details with a past": {
    scenario: "history",
    picture: "details",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("button", { name: "Show 4 earlier" }).click();
      await page.getByText("Turned on.").waitFor();
      await page
        .getByRole("heading", { name: "What happened" })
        .evaluate((heading) => heading.scrollIntoView());
    },
  },
  "details with a problem": {
    scenario: "busy",
    picture: "problem",
    go: async (page) => {
      await page.getByText("grafana", { exact: true }).click();
      await page.getByRole("complementary").getByRole("button", { name: "Copy as command" }).click();
      await page.getByRole("menuitem", { name: /kubectl/ }).waitFor();
    },
  },
  edit: {
    scenario: "busy",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("complementary").getByRole("button", { name: "Edit" }).click();
      await page.getByRole("textbox", { name: "Listen on" }).waitFor();
    },
  },
  "edit with the connection": {
    scenario: "pinned",
    picture: "connection",
    go: async (page) => {
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByRole("combobox", { name: "Route" }).click();
      await page.getByRole("option", { name: /^Old node proxy/ }).waitFor();
    },
  },
  "edit with what cannot go together": {
    scenario: "pinned",
    go: async (page) => {
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByRole("combobox", { name: "Route" }).click();
      await page.getByRole("option", { name: /^Old node proxy/ }).click();
      await page.getByText("Only SPDY goes this way").waitFor();
    },
  },
  "details of what is pinned": {
    scenario: "pinned",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("complementary").getByText("pinned").first().waitFor();
    },
  },
  "new forward with the connection": {
    scenario: "busy",
    go: async (page) => {
      await page.getByRole("button", { name: "New forward" }).click();
      await page.getByRole("option", { name: /^deployment echo|^deployment catalog/ }).click();
      await page.getByRole("button", { name: "Connection" }).click();
      await page.getByRole("combobox", { name: "Transport" }).click();
      await page.getByRole("option", { name: /^SPDY/ }).waitFor();
    },
  },
  "a new forward": {
    scenario: "busy",
    picture: "new-forward",
    go: async (page) => {
      await page.getByRole("button", { name: "New forward" }).click();
      await page.getByRole("option", { name: /^deployment catalog/ }).click();
      await page.getByRole("checkbox", { name: /9102/ }).waitFor();
    },
  },
  "new forward": {
    scenario: "busy",
    go: async (page) => {
      await page.getByRole("button", { name: "New forward" }).click();
      await page.getByRole("option", { name: /^deployment catalog/ }).click();
      await page.getByRole("textbox", { name: "Local port for 8080" }).fill("70000");
      await page.getByText(/is too large/).waitFor();
      await page.getByRole("combobox", { name: "Namespace" }).click();
      await page.getByRole("option", { name: "monitoring" }).waitFor();
    },
  },
  "new forward while it loads": {
    scenario: "hanging",
    go: async (page) => {
      await page.getByRole("button", { name: "Browse cluster staging" }).click();
      await page.getByText("Loading what runs in this namespace").waitFor({ state: "attached" });
    },
  },
  "new forward without an answer": {
    scenario: "unreachable",
    picture: "unreachable",
    go: async (page) => {
      await page.getByRole("button", { name: "Browse cluster staging" }).click();
      await page.getByText("The cluster does not answer.").waitFor();
    },
  },
  "nothing found, and a message": {
    scenario: "busy",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Undo" }).waitFor();
      await page.getByRole("searchbox").fill("no such thing");
      await page.getByText(/Nothing matches/).waitFor();
    },
  },
  "first start with a notice": {
    scenario: "noticeAlone",
    go: async (page) => {
      await page.getByText("Your saved forwards could not be read").waitFor();
    },
  },
  "new forward with a broken file": {
    scenario: "kubeconfigBreaks",
    go: async (page) => {
      await page.getByRole("button", { name: "New forward" }).click();
      await page.getByText("/home/ada/.kube/openshift, line 14").waitFor();
    },
  },
  "a question, marks and groups": {
    scenario: "options",
    picture: "groups",
    go: async (page) => {
      await page.getByRole("switch", { name: "Forward orders" }).click();
      await page.getByRole("group", { name: "Connect to production?" }).waitFor();
    },
  },
  "details with a time limit": {
    scenario: "options",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("button", { name: "Keep on" }).waitFor();
    },
  },
  "details of what others can reach": {
    scenario: "options",
    picture: "exposed",
    go: async (page) => {
      await page.getByText("cache", { exact: true }).click();
      await page.getByText("Everyone in your network").waitFor();
    },
  },
  "edit with the options": {
    scenario: "options",
    picture: "edit",
    go: async (page) => {
      await page.getByText("orders", { exact: true }).click();
      await page.getByRole("complementary").getByRole("button", { name: "Edit" }).click();
      await page.getByRole("button", { name: "Options" }).click();
      await page.getByRole("combobox", { name: "Turn off after" }).fill("soon");
      await page.keyboard.press("Tab");
      await page.getByText(/^This is no time/).waitFor();
    },
  },
  "clusters of every standing, and why": {
    scenario: "clusters",
    picture: "why",
    go: async (page) => {
      await page.getByRole("row").getByRole("button", { name: "Why?" }).first().click();
      await page.getByRole("complementary", { name: "Why?" }).getByText("It stops at").waitFor();
    },
  },
  "the menu of a cluster": {
    scenario: "clusters",
    picture: "cluster-menu",
    go: async (page) => {
      await openMenu(page, "Actions for lab");
      await page.getByRole("menuitem", { name: "Remove" }).waitFor();
    },
  },
  "add cluster with a certificate to judge": {
    scenario: "clusters",
    picture: "certificate",
    go: async (page) => {
      await addCluster(page);
      const line = "oc login --token=a --server=https://api.selfsigned.example.com:6443";
      await page.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(line);
      await page.getByRole("main").getByRole("button", { name: "Add cluster" }).click();
      await page.getByRole("button", { name: "Trust this certificate" }).waitFor();
    },
  },
  "add cluster by address": {
    scenario: "keyring",
    picture: "add-cluster",
    go: async (page) => {
      await addCluster(page);
      await page.getByRole("radio", { name: "Server address" }).check({ force: true });
      await page.getByRole("textbox", { name: "Server URL" }).fill("https://api.new.example.com:6443");
      await page.keyboard.press("Tab");
      await page.getByRole("radio", { name: "Certificate" }).check({ force: true });
    },
  },
  "add cluster by a pasted kubeconfig": {
    scenario: "clusters",
    picture: "add-cluster-paste",
    go: async (page) => {
      await addCluster(page);
      const file =
        "kind: Config\nclusters:\n- cluster:\n    server: https://api.dev.example.com:6443\nusers:\n- user:\n    username: ada";
      await page.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(file);
      await page.getByText("The password is still missing.").waitFor();
    },
  },
  "a cluster that does not answer, edited": {
    scenario: "clusters",
    picture: "edit-cluster",
    go: async (page) => {
      await openMenu(page, "Actions for lab");
      await page.getByRole("menuitem", { name: "Edit" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Server" }).fill("https://api.nowhere.example.com:6443");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByRole("button", { name: "Save unchecked" }).waitFor();
    },
  },
  "add cluster by a file": {
    scenario: "clusters",
    picture: "add-cluster-file",
    go: async (page) => {
      await addCluster(page);
      await page.getByRole("radio", { name: "Kubeconfig file" }).check({ force: true });
      await page.getByRole("button", { name: "Forget all" }).click();
      await page.getByRole("button", { name: "Keep them" }).waitFor();
    },
  },
  "signing in again": {
    scenario: "clusters",
    picture: "sign-in",
    go: async (page) => {
      await page.getByRole("row").getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("button", { name: "Open the browser" }).click();
      await page.getByRole("button", { name: "Copy the address" }).waitFor();
    },
  },
  "a context that leads elsewhere": {
    scenario: "clusters",
    picture: "compare",
    go: async (page) => {
      await page.getByRole("button", { name: "Compare and decide" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "a mark for a cluster": {
    scenario: "clusters",
    picture: "mark",
    go: async (page) => {
      await openMenu(page, "Actions for production");
      await page.getByRole("menuitem", { name: "Production and colour…" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  notice: {
    scenario: "notice",
    picture: "notice",
    go: async (page) => {
      await page.getByText("Your saved forwards could not be read").waitFor();
    },
  },
  "the command palette": {
    scenario: "options",
    picture: "palette",
    go: async (page) => {
      await page.getByRole("row").first().waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("cat");
      await page
        .getByRole("option", { name: /catalog/ })
        .first()
        .waitFor();
    },
  },
  "the keyboard shortcuts": {
    scenario: "busy",
    picture: "shortcuts",
    go: async (page) => {
      await page.getByRole("row").first().waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    },
  },
  "several rows chosen": {
    scenario: "options",
    picture: "several",
    go: async (page) => {
      await page.getByRole("row").first().waitFor();
      await page.keyboard.press("Control+f");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Shift+ArrowDown");
      await page.getByRole("toolbar").waitFor();
    },
  },
  "the menu of a row": {
    scenario: "options",
    picture: "row-menu",
    go: async (page) => {
      await page.getByRole("row").first().waitFor();
      await page.keyboard.press("Control+f");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Shift+F10");
      await page.getByRole("menuitem", { name: "Move to group…" }).waitFor();
    },
  },
  "the menu of a port": {
    scenario: "options",
    picture: "copy-as",
    go: async (page) => {
      await page.getByRole("button", { name: "More for localhost:52345" }).click();
      await page.getByRole("menuitem", { name: /REDIS_URL/ }).waitFor();
    },
  },
  "the menu of a group": {
    scenario: "options",
    picture: "group-menu",
    go: async (page) => {
      await openMenu(page, "Actions for group Shop");
      await page.getByRole("menuitem", { name: "Connect all", exact: true }).waitFor();
    },
  },
  "moving to a group": {
    scenario: "options",
    picture: "move-to-group",
    go: async (page) => {
      await page.getByText("echo", { exact: true }).click();
      await page.getByRole("row", { name: /deployment echo/ }).focus();
      await page.keyboard.press("g");
      await page.getByRole("dialog").getByRole("combobox", { name: "Group" }).click();
      await page.getByRole("option", { name: "Shop" }).waitFor();
    },
  },
  "no favourites": {
    scenario: "busy",
    picture: "no-favourites",
    go: async (page) => {
      await page
        .getByRole("navigation")
        .getByRole("button", { name: /^Favourites/ })
        .click();
      await page.getByText("No favourites yet").waitFor();
    },
  },
  "a row in flight": {
    scenario: "options",
    picture: "drag",
    go: async (page) => {
      await page.getByRole("button", { name: /^Sorted by/ }).click();
      await page.getByRole("menuitemradio", { name: "By own order" }).click();
      const row = await page.getByText("catalog", { exact: true }).boundingBox();
      if (row === null) throw new Error("there is no row");
      await page.mouse.move(row.x + 4, row.y + 8);
      await page.mouse.down();
      await page.mouse.move(row.x + 40, row.y + 140, { steps: 4 });
      await page.locator('[role="row"].before, [role="row"].after').waitFor();
    },
  },
  import: {
    scenario: "busy",
    picture: "import",
    go: async (page) => {
      await page.getByRole("button", { name: "Import and export" }).click();
      await page.getByRole("menuitem", { name: "Import forwards…" }).click();
      await page.getByRole("textbox", { name: "Path of the file" }).fill("/home/ada/kube-forwarder.json");
      await page.keyboard.press("Enter");
      await page.getByText("Cannot be imported").waitFor();
    },
  },
  "import of no file yet": {
    scenario: "firstStart",
    picture: "import-file",
    go: async (page) => {
      await page.getByRole("button", { name: "Import forwards…" }).click();
      await page.getByRole("textbox", { name: "Path of the file" }).waitFor();
    },
  },
  export: {
    scenario: "busy",
    picture: "export",
    go: async (page) => {
      await page.getByRole("button", { name: "Import and export" }).click();
      await page.getByRole("menuitem", { name: "Export forwards…" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "details with many connections": {
    scenario: "callers",
    picture: "connections",
    go: async (page) => {
      await page.getByText("catalog", { exact: true }).click();
      await page.getByRole("button", { name: /^Show 12\d more$/ }).click();
      await page.getByText(/are not listed/).waitFor();
      await page.getByRole("img").locator("canvas").waitFor();
      // The throughput and the first connections.
      await page.getByRole("heading", { name: "Throughput" }).evaluate((heading) => heading.scrollIntoView());
    },
  },
  "details of what waits": {
    scenario: "busy",
    go: async (page) => {
      await page.getByText("checkout", { exact: true }).click();
      await page.getByRole("cell", { name: "waiting" }).first().waitFor();
    },
  },
  settings: {
    scenario: "settings",
    picture: "settings",
    go: async (page) => {
      await page.getByText("no statistics").waitFor();
    },
  },
  "settings that cannot be saved": {
    scenario: "settingsStay",
    go: async (page) => {
      await page.getByRole("radio", { name: "Dark" }).click({ force: true });
      await page.getByText("Your settings cannot be saved.").waitFor();
      await page.getByRole("switch", { name: "Start at login" }).click();
      await page.getByText("Starting at login could not be changed.").waitFor();
    },
  },
  licences: {
    scenario: "settings",
    picture: "licences",
    go: async (page) => {
      await page.getByRole("button", { name: "Licences" }).click();
      // All of them are too many to look at each.
      await page.getByRole("searchbox", { name: "Search libraries and licences" }).fill("tauri");
    },
  },
};
