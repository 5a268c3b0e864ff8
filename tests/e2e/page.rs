//! What is in the window, found as a screen reader finds it: by role and accessible name.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use fantoccini::{
    Client, Locator,
    actions::{InputSource as _, MouseActions, PointerAction},
    elements::Element,
    error::CmdError,
    wd::WebDriverCompatibleCommand,
};
use http::Method;
use serde_json::json;
use url::{ParseError, Url};

use crate::{
    desktop::target_directory,
    screen::{Place, Screen},
    waiting::{DEADLINE, answer},
};

/// The page in the window.
pub(crate) struct Page {
    client: Client,
    clicks: AtomicUsize,
}

/// The roles that the tests look for, each with the elements that can have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Button,
    Checkbox,
    Combobox,
    Option,
    Switch,
    TextField,
}

/// Asks the WebDriver for an element's accessible name.
/// <https://www.w3.org/TR/webdriver2/#get-computed-label>
#[derive(Debug)]
struct ComputedLabel(String);

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, clicks: AtomicUsize::new(0) }
    }

    /// How many clicks were made with the mouse.
    pub(crate) fn clicks(&self) -> usize {
        self.clicks.load(Ordering::Relaxed)
    }

    /// Waits for an element and clicks on it.
    pub(crate) async fn click(&self, role: Role, name: &str) {
        self.click_on(role, name, |found| found == name).await;
    }

    /// Waits for an element whose name begins so and clicks on it.
    pub(crate) async fn click_first(&self, role: Role, beginning: &str) {
        self.click_on(role, beginning, |found| found.starts_with(beginning)).await;
    }

    /// Waits for an element and clicks on the last of this name: that of a dialog over the page.
    pub(crate) async fn click_last(&self, role: Role, name: &str) {
        self.act(&format!("clicking on the last {role:?} {name:?}"), async || {
            match self.all(role, |found| found == name).await?.pop() {
                Some((element, _)) => self.click_at(&element).await.map(Some),
                None => Ok(None),
            }
        })
        .await;
    }

    /// Waits for one of several choices, and makes it. Its mark is not seen; a person clicks on its words.
    pub(crate) async fn choose(&self, name: &str) {
        let label = format!("//label[input[@type='radio'] and normalize-space()='{name}']");
        self.act(&format!("choosing {name:?}"), async || {
            let Some(label) = self.client.find_all(Locator::XPath(&label)).await?.into_iter().next() else {
                return Ok(None);
            };
            self.click_at(&label).await?;
            let radio = label.find(Locator::Css("input")).await?;
            Ok(radio.is_selected().await?.then_some(()))
        })
        .await;
    }

    /// Waits for a field, empties it and types into it.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        self.act(&format!("typing into {name:?}"), async || {
            let Some((field, _)) = self.look(Role::TextField, |found| found == name).await? else {
                return Ok(None);
            };
            field.clear().await?;
            field.send_keys(text).await.map(Some)
        })
        .await;
    }

    /// Waits for a field with a list, and clicks on it until the list is there. A click beside it, while the page still
    /// moves into its place, is not the end.
    pub(crate) async fn unfold(&self, field: &str) {
        self.act(&format!("unfolding {field:?}"), async || {
            let Some((field, _)) = self.look(Role::Combobox, |found| found == field).await? else {
                return Ok(None);
            };
            if field.attr("aria-expanded").await?.as_deref() == Some("true") {
                return Ok(Some(()));
            }
            self.click_at(&field).await.map(|()| None)
        })
        .await;
    }

    /// Waits for an element whose name begins so, and gives its whole name.
    pub(crate) async fn name_of(&self, role: Role, beginning: &str) -> String {
        self.act(&format!("{role:?} {beginning:?}…"), async || {
            let found = self.look(role, |name| name.starts_with(beginning)).await?;
            Ok(found.map(|(_, name)| name))
        })
        .await
    }

    /// Waits until a switch is on or off.
    pub(crate) async fn wait_for_switch(&self, name: &str, on: bool) {
        self.act(&format!("switch {name:?} being {on}"), async || {
            let Some((switch, _)) = self.look(Role::Switch, |found| found == name).await? else {
                return Ok(None);
            };
            let checked = switch.attr("aria-checked").await?;
            Ok((checked.as_deref() == Some(if on { "true" } else { "false" })).then_some(()))
        })
        .await;
    }

    /// Waits until these words are on the page.
    pub(crate) async fn wait_for_text(&self, words: &str) {
        let path = format!("//*[text()[contains(normalize-space(), '{words}')]]");
        self.act(&format!("the words {words:?}"), async || {
            Ok(self.client.find_all(Locator::XPath(&path)).await?.into_iter().next())
        })
        .await;
    }

    /// Waits until a forward is in this state (the value of `data-state`).
    pub(crate) async fn wait_for_state(&self, state: &str) {
        self.act(&format!("state {state:?}"), async || Ok(self.shows_state(state).await.then_some(()))).await;
    }

    /// Whether a forward is in this state now.
    pub(crate) async fn shows_state(&self, state: &str) -> bool {
        let selector = format!("[data-state='{state}']");
        self.client.find_all(Locator::Css(&selector)).await.is_ok_and(|found| !found.is_empty())
    }

    /// Notes from now on each state that the only forward is shown in.
    pub(crate) async fn note_states(&self) {
        const SCRIPT: &str = "const state = () => document.querySelector('[role=row] [data-state]')?.dataset.state; \
            window.statesSeen = [state()]; \
            new MutationObserver(() => { \
                if (state() !== undefined && state() !== window.statesSeen.at(-1)) window.statesSeen.push(state()); \
            }).observe(document.querySelector('[role=grid]'), { attributes: true, childList: true, subtree: true });";
        self.client.execute(SCRIPT, Vec::new()).await.expect("there is a list");
    }

    /// The states since [`note_states`](Self::note_states), each as the value of `data-state`.
    pub(crate) async fn states_seen(&self) -> Vec<String> {
        let seen = self.client.execute("return window.statesSeen", Vec::new()).await.expect("they are noted");
        serde_json::from_value(seen).expect("a list of names")
    }

    /// Waits until the details say this of something. White space counts as one space each.
    pub(crate) async fn wait_for_fact(&self, name: &str, expected: &str) {
        let path = format!("//dt[normalize-space()='{name}']/following-sibling::dd[1]");
        self.act(&format!("{name:?} being {expected:?}"), async || {
            let Some(fact) = self.client.find_all(Locator::XPath(&path)).await?.into_iter().next() else {
                return Ok(None);
            };
            let text = fact.text().await?;
            Ok(text.split_whitespace().eq(expected.split_whitespace()).then_some(()))
        })
        .await;
    }

    /// Shows the details of a forward, by a click on its row.
    pub(crate) async fn choose_forward(&self, name: &str) {
        let row = format!("//*[@role='row'][.//*[normalize-space()='{name}']]");
        self.act(&format!("choosing {name:?}"), async || {
            let Some(row) = self.client.find_all(Locator::XPath(&row)).await?.into_iter().next() else {
                return Ok(None);
            };
            self.click_at(&row).await.map(Some)
        })
        .await;
    }

    /// Waits for the end of the diagnosis of this subject; gives each step's name and what came of it (`data-outcome`), and
    /// all that is said there.
    pub(crate) async fn ladder(&self, subject: &str) -> (Vec<(String, String)>, String) {
        const LADDER: &str = "const [subject] = arguments; \
            const panel = document.querySelector('aside[aria-label=\"Why?\"]'); \
            const title = panel?.querySelector('h2')?.textContent; \
            const copy = [...panel?.querySelectorAll('button') ?? []].find((each) => /Copy/.test(each.textContent)); \
            if (!title?.endsWith(subject) || copy?.disabled !== false) return null; \
            const steps = [...panel.querySelectorAll('li')]; \
            return [steps.map((step) => [step.querySelector('.rung').textContent, step.dataset.outcome]), \
                panel.innerText]";
        self.act(&format!("the whole ladder of {subject:?}"), async || {
            let found = self.client.execute(LADDER, vec![json!(subject)]).await?;
            Ok(serde_json::from_value(found).unwrap_or_default())
        })
        .await
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, role: Role, name: &str) -> bool {
        matches!(self.look(role, |found| found == name).await, Ok(Some(_)))
    }

    /// How bright the page's background is, from 0 (black) to 1 (white).
    pub(crate) async fn brightness(&self) -> f64 {
        const COLOUR: &str = "return [document.body, document.documentElement] \
            .map((element) => getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).map(Number)) \
            .find(([red, green, blue, alpha]) => alpha !== 0)";
        let colour = self.client.execute(COLOUR, Vec::new()).await.expect("the page has a background");
        let colour: Vec<f64> = serde_json::from_value(colour).expect("a colour has numbers");
        colour.iter().take(3).sum::<f64>() / (3.0 * 255.0)
    }

    /// Gives the window another size, and waits until the page has it, with nothing that sticks out.
    pub(crate) async fn resize(&self, screen: &Screen, to: Place) {
        const SIZE: &str = "return [innerWidth, innerHeight, document.documentElement.scrollWidth]";
        screen.move_window(to);
        let size = json!([to.width, to.height, to.width]);
        self.act(&format!("the size {size}"), async || {
            Ok((self.client.execute(SIZE, Vec::new()).await? == size).then_some(()))
        })
        .await;
    }

    /// Saves a picture of the page, once nothing moves into its place any more, in `target/e2e-shots`. Nothing is pointed
    /// at on it. Those in `docs/screenshots` are copies of it.
    pub(crate) async fn picture(&self, name: &str) {
        // The corner, where no screen has anything.
        let away = PointerAction::MoveTo { duration: None, x: 1.0, y: 1.0 };
        let away = MouseActions::new("mouse".to_owned()).then(away);
        self.client.perform_actions(away).await.expect("the pointer can be moved");
        const IS_AT_REST: &str = "return document.getAnimations() \
            .every((animation) => animation.effect.getComputedTiming().endTime === Infinity)";
        let at_rest = answer(async || {
            let at_rest = self.client.execute(IS_AT_REST, Vec::new()).await;
            at_rest.is_ok_and(|at_rest| at_rest == true).then_some(())
        });
        at_rest.await.expect("the page comes to rest");
        self.take_picture(name).await;
    }

    /// Turns the first forward on, or off, and gives how long that takes until its new state is on the screen: the click,
    /// the engine, its event, and the next frame.
    pub(crate) async fn time_of_a_switch(&self) -> Duration {
        const SCRIPT: &str = "const done = arguments[0]; \
            const control = document.querySelector('[role=row] [role=switch]'); \
            const on = control.getAttribute('aria-checked'); \
            const begun = performance.now(); \
            new MutationObserver((_, observer) => { \
                if (control.getAttribute('aria-checked') === on) return; \
                observer.disconnect(); \
                requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))); \
            }).observe(control, { attributes: true }); \
            control.click();";
        let time = self.client.execute_async(SCRIPT, Vec::new()).await.expect("there is a forward");
        Duration::from_secs_f64(time.as_f64().expect("a time") / 1e3)
    }

    /// Scrolls through the list for some seconds, a row each frame; gives the frames per second.
    pub(crate) async fn frames_while_scrolling(&self) -> f64 {
        const SCRIPT: &str = "const done = arguments[0]; \
            const grid = document.querySelector('[role=grid]'); \
            const begun = performance.now(); \
            let frames = 0; \
            const frame = () => { \
                frames += 1; \
                grid.scrollTop += 24; \
                if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight) grid.scrollTop = 0; \
                const passed = performance.now() - begun; \
                if (passed < 5000) requestAnimationFrame(frame); else done(frames / passed * 1000); \
            }; \
            requestAnimationFrame(frame);";
        let frames = self.client.execute_async(SCRIPT, Vec::new()).await.expect("there is a list");
        frames.as_f64().expect("a number")
    }

    async fn take_picture(&self, name: &str) {
        let directory = target_directory().join("e2e-shots");
        let picture = self.client.screenshot().await.expect("the page can be seen");
        fs::create_dir_all(&directory).expect("the target directory is ours");
        fs::write(picture_file(directory, name), picture).expect("the target directory is ours");
    }

    async fn click_at(&self, element: &Element) -> Result<(), CmdError> {
        element.click().await?;
        self.clicks.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn click_on(&self, role: Role, name: &str, is_it: impl Fn(&str) -> bool) {
        self.act(&format!("clicking on {role:?} {name:?}"), async || match self.look(role, &is_it).await? {
            Some((element, _)) => self.click_at(&element).await.map(Some),
            None => Ok(None),
        })
        .await;
    }

    /// The first visible element of this role and name, with its name.
    async fn look(
        &self,
        role: Role,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<Option<(Element, String)>, CmdError> {
        for element in self.client.find_all(Locator::Css(role.selector())).await? {
            if let Some(found) = self.named(element, &is_it).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// All visible elements of this role and name.
    async fn all(
        &self,
        role: Role,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<Vec<(Element, String)>, CmdError> {
        let mut found = Vec::new();
        for element in self.client.find_all(Locator::Css(role.selector())).await? {
            found.extend(self.named(element, &is_it).await?);
        }
        Ok(found)
    }

    /// The element with its name, if it has the right one and is visible.
    async fn named(
        &self,
        element: Element,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<Option<(Element, String)>, CmdError> {
        let name = self.client.issue_cmd(ComputedLabel(element.element_id().to_string())).await?;
        let name = name.as_str().unwrap_or_default();
        let found = is_it(name) && element.is_displayed().await?;
        Ok(found.then(|| (element, name.to_owned())))
    }

    /// Tries until it gives something. What changes under its hands is looked for again.
    async fn act<T>(&self, what: &str, mut attempt: impl AsyncFnMut() -> Result<Option<T>, CmdError>) -> T {
        let mut trouble = None;
        let outcome = answer(async || match attempt().await {
            Ok(outcome) => outcome,
            Err(error) => {
                trouble = Some(error);
                None
            }
        })
        .await;
        match outcome {
            Some(outcome) => outcome,
            None => {
                self.take_picture("failed").await;
                let text = self.client.execute("return document.body.innerText", Vec::new()).await;
                panic!("{what}: not within {DEADLINE:?}; last trouble: {trouble:?}; on the page:\n{text:?}");
            }
        }
    }
}

impl Role {
    fn selector(self) -> &'static str {
        match self {
            Self::Button => "button, [role=button]",
            Self::Checkbox => "input[type=checkbox]",
            Self::Combobox => "select, [role=combobox]",
            Self::Option => "option, [role=option]",
            Self::Switch => "[role=switch]",
            Self::TextField => "input:not([type=checkbox]):not([type=radio]), textarea",
        }
    }
}

impl WebDriverCompatibleCommand for ComputedLabel {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/element/{}/computedlabel", self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

fn picture_file(directory: PathBuf, name: &str) -> PathBuf {
    directory.join(name).with_extension("png")
}
