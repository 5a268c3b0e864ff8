import { speak } from "../../src/text";

// Tests read English, wherever they run.
await speak("en", []);
