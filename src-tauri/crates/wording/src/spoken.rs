//! The languages that Culvert speaks.

use std::cell::Cell;

/// A language that Culvert speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spoken {
    /// English; what everybody gets whose language is not spoken, and what logs are written in.
    #[default]
    English,
    /// German.
    German,
}

thread_local! {
    /// What texts are serialized in on this thread.
    static SPEAKING: Cell<Spoken> = const { Cell::new(Spoken::English) };
}

impl Spoken {
    /// The language of a locale: `de_AT.UTF-8` and `de-AT` are German; whatever is not spoken is English.
    pub fn of_locale(locale: &str) -> Self {
        let base = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if base.eq_ignore_ascii_case("de") { Self::German } else { Self::English }
    }

    /// The language that the environment of a terminal asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says
    /// anything, as POSIX has it (Base Definitions, section 8.2).
    pub fn of_environment() -> Self {
        let set = |name| std::env::var(name).ok().filter(|locale| !locale.is_empty());
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(set)
            .map_or(Self::English, |locale| Self::of_locale(&locale))
    }

    /// Its name as BCP 47 has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Does something during which this thread serializes texts in this language; outside, it does so in English.
    pub fn speaking<T>(self, act: impl FnOnce() -> T) -> T {
        /// Also when `act` panics.
        struct Before(Spoken);
        impl Drop for Before {
            fn drop(&mut self) {
                SPEAKING.set(self.0);
            }
        }
        let _before = Before(SPEAKING.replace(self));
        act()
    }

    /// What texts are serialized in now, on this thread.
    pub(crate) fn now() -> Self {
        SPEAKING.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_have_a_language() {
        for (locale, spoken) in [
            ("de", Spoken::German),
            ("de_DE.UTF-8", Spoken::German),
            ("de-AT", Spoken::German),
            ("DE_ch@euro", Spoken::German),
            ("en_US.UTF-8", Spoken::English),
            ("fr_FR", Spoken::English),
            ("den", Spoken::English),
            ("C", Spoken::English),
            ("", Spoken::English),
        ] {
            assert_eq!(Spoken::of_locale(locale), spoken, "{locale}");
        }
    }

    #[test]
    fn a_language_is_spoken_for_as_long_as_it_is_wanted() {
        let inner = Spoken::German.speaking(|| Spoken::English.speaking(Spoken::now));
        assert_eq!(inner, Spoken::English);
        let failed = std::panic::catch_unwind(|| Spoken::German.speaking(|| panic!("in German")));
        assert!(failed.is_err());
        assert_eq!(Spoken::now(), Spoken::English);
    }
}
