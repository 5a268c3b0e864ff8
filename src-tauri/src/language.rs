//! What the desktop speaks: the language that the person prefers, or else that of the system.

use engine::Language;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;
use wording::Spoken;

/// What is spoken now; shared by all that show something.
#[derive(Clone, Debug)]
pub(crate) struct Speech {
    system: Spoken,
    now: watch::Sender<Spoken>,
}

impl Speech {
    /// Of a person who prefers this, on the system as it is set.
    pub(crate) fn new(preferred: Language) -> Self {
        let system = sys_locale::get_locale().map_or(Spoken::English, |locale| Spoken::of_locale(&locale));
        Self::on(system, preferred)
    }

    fn on(system: Spoken, preferred: Language) -> Self {
        Self { system, now: watch::Sender::new(preferred.spoken(system)) }
    }

    /// Speaks what the person prefers from now on. Whether that is another language than before.
    pub(crate) fn prefer(&self, preferred: Language) -> bool {
        let spoken = preferred.spoken(self.system);
        self.now.send_if_modified(|known| std::mem::replace(known, spoken) != spoken)
    }

    /// What is spoken now.
    pub(crate) fn now(&self) -> Spoken {
        *self.now.borrow()
    }

    /// Tells of each change.
    pub(crate) fn follow(&self) -> watch::Receiver<Spoken> {
        self.now.subscribe()
    }

    /// What the page is told, in the language that is spoken now.
    pub(crate) fn told(&self, what: &impl Serialize) -> Value {
        // What goes to the page has string keys only, which is all that could fail.
        self.now().speaking(|| serde_json::to_value(what)).unwrap_or_default()
    }

    /// The address of the page. It says what is spoken, so that nothing is ever shown in another language.
    pub(crate) fn page(&self) -> String {
        format!("index.html?language={}&system-language={}", self.now().code(), self.system.code())
    }
}

#[cfg(test)]
mod tests {
    use wording::text;

    use super::*;

    #[test]
    fn the_page_is_told_in_the_language_that_is_preferred() {
        let speech = Speech::on(Spoken::German, Language::System);
        let said = text!("Off", "Aus");
        assert_eq!(speech.told(&said), "Aus");
        assert_eq!(speech.page(), "index.html?language=de&system-language=de");
        let mut follower = speech.follow();
        assert!(!speech.prefer(Language::German));
        assert!(!follower.has_changed().unwrap());
        assert!(speech.prefer(Language::English));
        assert!(follower.has_changed().unwrap());
        assert_eq!(*follower.borrow_and_update(), Spoken::English);
        assert_eq!(speech.told(&said), "Off");
        assert_eq!(speech.page(), "index.html?language=en&system-language=de");
    }
}
