import { expect, test } from "vitest";
import { useBrowser } from "./browser";

const open = useBrowser();

test.each([
  { motion: "no-preference" as const, moves: true },
  { motion: undefined, moves: false },
])("with $motion, something moves: $moves", async ({ motion, moves }) => {
  const page = await open("busy", motion === undefined ? {} : { motion });
  const icon = page.locator(".state-icon.connecting").first();
  await icon.waitFor();
  const seconds = await icon.evaluate((element) => parseFloat(getComputedStyle(element).animationDuration));
  expect(seconds > 0.1).toBe(moves);
  // Nothing else goes on either, whatever it is.
  const running = await page.evaluate(
    () =>
      document.getAnimations().filter((animation) => {
        const { duration = 0 } = animation.effect?.getTiming() ?? {};
        return animation.playState === "running" && Number(duration) > 1;
      }).length,
  );
  expect(running > 0).toBe(moves);
});

test("without motion a new theme is everywhere at once", async () => {
  const page = await open("busy");
  const [light, dark] = await page.getByText("catalog", { exact: true }).evaluate((name) => {
    const colour = () => getComputedStyle(name).color;
    const before = colour();
    document.documentElement.dataset.theme = "dark";
    return [before, colour()];
  });
  expect(dark).not.toBe(light);
});
