//! What is told of a cluster's namespaces and targets to whoever looks at them.

use cluster::{Target, TargetSummary};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::problem::Problem;

/// More about what somebody looks at; comes with [`Event::Browsed`](crate::Event::Browsed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Browsed {
    /// All namespaces that are known by now.
    Namespaces {
        /// Sorted.
        names: Vec<String>,
        /// The one the context prefers.
        preferred: String,
        /// Whether the list is whole; more may come while it is not.
        complete: bool,
        /// Why the list is empty or partial: listing is forbidden, for example. A name can still be typed.
        notice: Option<Problem>,
    },
    /// What has changed among the targets of a namespace since the last time.
    Targets {
        /// New or changed, in no order.
        put: Vec<TargetSummary>,
        /// Gone.
        gone: Vec<Target>,
        /// Whether all lists have come; more may come while they have not.
        complete: bool,
        /// Kinds that could not be listed, each with the reason: all of them, each time.
        notices: Vec<Problem>,
    },
}
