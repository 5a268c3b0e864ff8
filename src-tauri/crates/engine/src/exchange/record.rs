//! Fields of an object in a file that others wrote. What is wrong with one is told by its name; its value is never quoted.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wording::Text;

use crate::words::import as words;

/// An object of a file. A field that is `null` is not there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a>(&'a Map<String, Value>);

impl<'a> Record<'a> {
    pub(super) fn of(value: &'a Value) -> Result<Self, Text> {
        value.as_object().map(Self).ok_or_else(words::no_object)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Without blanks around; an empty one is not there.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Text> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| words::no_text(name))?.trim();
        Ok((!text.is_empty()).then_some(text))
    }

    pub(super) fn needed_text(&self, name: &str) -> Result<&'a str, Text> {
        self.text(name)?.ok_or_else(|| words::field_missing(name))
    }

    /// A port; 0 for any.
    pub(super) fn port(&self, name: &str) -> Result<Option<u16>, Text> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_number().ok_or_else(|| words::no_port(name))?;
        let port = number.as_u64().and_then(|number| u16::try_from(number).ok());
        port.map(Some).ok_or_else(|| words::port_out_of_range(name))
    }

    /// A port of the far side, which there has to be.
    pub(super) fn far_port(&self, name: &str) -> Result<u16, Text> {
        match self.port(name)? {
            None => Err(words::field_missing(name)),
            Some(0) => Err(words::port_out_of_range(name)),
            Some(port) => Ok(port),
        }
    }

    /// Some programs write these as text.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Text> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(words::no_flag(name)),
        }
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Value], Text> {
        let value = self.get(name).ok_or_else(|| words::field_missing(name))?;
        value.as_array().map(Vec::as_slice).ok_or_else(|| words::no_list(name))
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Self>, Text> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.as_object().map(|fields| Some(Self(fields))).ok_or_else(|| words::not_understood(name))
    }

    /// As one of our own types writes it.
    pub(super) fn parsed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Text> {
        let Some(value) = self.get(name) else { return Ok(None) };
        T::deserialize(value).map(Some).map_err(|_| words::not_understood(name))
    }
}

/// What an entry is called as long as it is not known.
pub(super) fn nameless(index: usize) -> String {
    words::nameless(index + 1)
}
