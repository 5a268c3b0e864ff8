//! Words in every language.

use std::{fmt, ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

use crate::Spoken;

/// Words in every language that Culvert speaks. `Display`, and what it derefs to, is the English version, for logs and tests;
/// whoever shows it asks for [`Text::of`]. Serialized, it is a plain string in the language of [`Spoken::speaking`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, TS)]
#[ts(type = "string")]
pub struct Text(
    // Shared: what went wrong is told in many places.
    Arc<Versions>,
);

#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Versions {
    english: String,
    /// Absent where it is the same.
    german: Option<String>,
}

/// A [`Text`] from a version for each language: English, German. Each is a format string with its arguments by name. What is
/// itself a text, and so differs by language, is listed after them: `text!("{pod} {how}.", "{pod} {how}."; how)`, or
/// `text!("{pod} {how}.", "{pod} {how}."; how = leaving(pod))`.
#[macro_export]
macro_rules! text {
    ($english:literal, $german:literal $(,)?) => {
        $crate::Text::new(::std::format!($english), ::std::format!($german))
    };
    ($english:literal, $german:literal; $($part:ident = $text:expr),+ $(,)?) => {{
        $(let $part = &$text;)+
        $crate::text!($english, $german; $($part),+)
    }};
    ($english:literal, $german:literal; $($part:ident),+ $(,)?) => {
        $crate::Text::new(
            { $(let $part = $part.of($crate::Spoken::English);)+ ::std::format!($english) },
            { $(let $part = $part.of($crate::Spoken::German);)+ ::std::format!($german) },
        )
    };
}

impl Text {
    /// From its version in each language; [`text!`] is shorter.
    pub fn new(english: impl Into<String>, german: impl Into<String>) -> Self {
        let (english, german) = (english.into(), german.into());
        let german = (german != english).then_some(german);
        Self::of_versions(english, german)
    }

    /// What is the same in every language: a name, an address, the words of somebody else.
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self::of_versions(words.into(), None)
    }

    /// In this language.
    pub fn of(&self, spoken: Spoken) -> &str {
        match spoken {
            Spoken::English => &self.0.english,
            Spoken::German => self.0.german.as_deref().unwrap_or(&self.0.english),
        }
    }

    /// The same change of each version.
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self::of_versions(change(&self.0.english), self.0.german.as_deref().map(change))
    }

    /// The texts one after the other, with `between` between them.
    pub fn join<'a>(texts: impl IntoIterator<Item = &'a Self> + Clone, between: &str) -> Self {
        let of = |spoken| {
            let each: Vec<&str> = texts.clone().into_iter().map(|text| text.of(spoken)).collect();
            each.join(between)
        };
        Self::new(of(Spoken::English), of(Spoken::German))
    }

    fn of_versions(english: String, german: Option<String>) -> Self {
        Self(Arc::new(Versions { english, german }))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.english
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.english)
    }
}

/// Where what went wrong has to be an error: it is found again among the sources.
impl std::error::Error for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0.english == other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.0.english == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0.english == *other
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.of(Spoken::now()))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::verbatim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_order_of_words() {
        let (pod, count) = ("web-1", 3);
        let how = text!("is gone", "ist weg");
        let said = text!("{pod} {how} ({count}).", "({count}) {how}: {pod}."; how);
        assert_eq!(said.of(Spoken::English), "web-1 is gone (3).");
        assert_eq!(said.of(Spoken::German), "(3) ist weg: web-1.");
        assert_eq!(said, "web-1 is gone (3).");
        assert_eq!(said.to_string(), "web-1 is gone (3).");
        assert_eq!(
            text!("It {what}.", "Es {what}."; what = text!("went", "ging")),
            Text::new("It went.", "Es ging.")
        );
        let louder = said.map(str::to_uppercase);
        assert_eq!(louder.of(Spoken::German), "(3) IST WEG: WEB-1.");
        let both = Text::join([&how, &Text::verbatim("x")], ", ");
        assert_eq!((both.of(Spoken::English), both.of(Spoken::German)), ("is gone, x", "ist weg, x"));
    }

    #[test]
    fn it_leaves_in_the_language_that_is_spoken() {
        let said = text!("Off", "Aus");
        let json = || serde_json::to_string(&said).unwrap();
        assert_eq!(json(), "\"Off\"");
        assert_eq!(Spoken::German.speaking(json), "\"Aus\"");
        let came: Text = serde_json::from_str("\"Aus\"").unwrap();
        assert_eq!(came, Text::verbatim("Aus"));
    }
}
