import { mount } from "svelte";
import App from "./App.svelte";
import { chooseBackend } from "./backend/choose";
import { App as State } from "./state/app";
import { beginTheme } from "./state/theme";
import "./styles/tokens.css";
import "./styles/base.css";

beginTheme();
const target = document.getElementById("app");
if (target !== null) mount(App, { target, props: { app: new State(await chooseBackend()) } });
