//! The query of a list or a watch, and the form of answer that is accepted.

use std::time::Duration;

use http::header;
use http::request::Parts;

use super::Status;
use crate::objects::selector::Selector;
use crate::objects::table::Include;

/// A watch without a time limit of its own is ended after this time, as by a real server (30 to 60 minutes).
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// What a list or a watch asks for (`meta/v1.ListOptions`).
pub(crate) struct Query {
    pub(crate) watch: bool,
    pub(crate) selector: Selector,
    /// Nothing when none was given or it is `0`: any state is fine, the newest is answered.
    pub(crate) version: Option<u64>,
    /// How many objects at most; 0 is all.
    pub(crate) limit: usize,
    /// Where a list that came in parts goes on.
    pub(crate) continue_at: String,
    pub(crate) timeout: Duration,
    pub(crate) bookmarks: bool,
    /// The state of the beginning as events, ended by a marked bookmark (`sendInitialEvents=true`).
    pub(crate) initial_events: Option<bool>,
    /// Rows of a table instead of objects.
    pub(crate) table: Option<Include>,
}

impl Query {
    /// # Errors
    /// A 400 status that says what cannot be understood.
    pub(crate) fn parse(request: &Parts) -> Result<Self, Status> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let value = |name: &str| {
            pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let flag = |name: &str| is_true(value(name));
        let number = |name: &str| match value(name) {
            "" => Ok(0),
            text => text
                .parse::<u64>()
                .map_err(|_| Status::bad_request(format!("{name} has to be a number, not \"{text}\""))),
        };
        let selector =
            Selector::parse(value("labelSelector"), value("fieldSelector")).map_err(Status::bad_request)?;
        let timeout = match number("timeoutSeconds")? {
            0 => DEFAULT_TIMEOUT,
            seconds => Duration::from_secs(seconds),
        };
        let initial = value("sendInitialEvents");
        Ok(Self {
            watch: flag("watch"),
            selector,
            version: Some(number("resourceVersion")?).filter(|&version| version > 0),
            limit: usize::try_from(number("limit")?).unwrap_or(usize::MAX),
            continue_at: value("continue").to_owned(),
            timeout,
            bookmarks: flag("allowWatchBookmarks"),
            initial_events: (!initial.is_empty()).then(|| flag("sendInitialEvents")),
            table: accepts_table(request).then(|| Include::from_query(value("includeObject"))),
        })
    }
}

/// Whether a flag is set, as Go reads it.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "True" | "TRUE" | "t" | "T")
}

/// Whether the first acceptable form is a table.
fn accepts_table(request: &Parts) -> bool {
    let accept =
        request.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').next().is_some_and(|first| {
        let mut parameters = first.split(';').map(str::trim);
        parameters.next() == Some("application/json") && parameters.any(|parameter| parameter == "as=Table")
    })
}
