import { mount } from "svelte";
import App from "./App.svelte";
import { chooseBackend } from "./backend/choose";
import { languageAtStart } from "./backend/language";
import { App as State } from "./state/app";
import { beginTheme } from "./state/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import { speak } from "./text";

beginTheme();
const target = document.getElementById("app");
// The language is known before anything is shown.
const [backend] = await Promise.all([chooseBackend(), speak(languageAtStart())]);
if (target !== null) mount(App, { target, props: { app: new State(backend) } });
