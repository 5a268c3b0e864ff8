import { mount } from "svelte";
import { scriptedBackend } from "../backend/scripted/backend";
import { App } from "../state/app";
import "../styles/tokens.css";
import "../styles/base.css";
import { speak } from "../text";
import Gallery from "./Gallery.svelte";
import { themesSideBySide } from "./themes";

// All components and tokens in all their states. It is no part of what is shipped.
themesSideBySide();
await speak("en");
const target = document.getElementById("app");
const app = new App(scriptedBackend(new URLSearchParams("scenario=options&still")));
if (target !== null) mount(Gallery, { target, props: { app } });
