//! Profiles, forwards and their states, listeners, supervision, commands and events.

mod book;
mod browsing;
mod cluster_book;
mod cluster_list;
mod cluster_view;
mod clusters;
mod command;
mod connections;
mod core_dumps;
mod diagnosis;
mod drafts;
mod engine;
mod error;
mod event;
mod exchange;
mod expiry_warning;
mod forward;
mod guard;
mod import;
mod journal;
mod kubeconfig_watch;
mod ladder;
mod local_ports;
mod looks;
mod network;
mod open_files;
mod options;
mod pins;
mod port_mapping;
mod preference_book;
mod preferences;
mod problem;
mod profile;
mod profiles;
mod sign_in;
mod sleep;
mod start_at_login;
mod statistics;
mod store;
mod timeline;
mod traffic;
mod view;
mod words;

pub use book::{ClusterDraft, ContextMark, Trust};
pub use browsing::Browsed;
pub use cluster_view::{ClusterView, KeyringState, OwnView, Standing};
pub use clusters::DemoSource;
pub use command::{Command, Reply};
pub use connections::{ConnectionState, ConnectionView, Connections};
pub use core_dumps::forbid_core_dumps;
pub use engine::{Engine, EngineOptions};
pub use error::Error;
pub use event::{Event, NumberedEvent, Update};
pub use import::{
    ImportChoice, ImportCluster, ImportClusterChoice, ImportDeed, ImportField, ImportFound, ImportKind,
    ImportPreview, ImportRow, ImportStanding, PortClash,
};
pub use journal::Listener;
pub use ladder::{Ladder, LadderStep, Outcome, Rung, Subject};
pub use open_files::allow_many_open_files;
pub use options::{AtStart, Colour, OffReason, PodChoice};
pub use pins::{RoutePin, TransportPin};
pub use port_mapping::{LocalPort, PortMapping, RemotePort};
pub use preferences::{Language, OnClose, Preferences, Theme};
pub use problem::{Problem, ProblemCode, RemedyAction};
pub use profile::{
    ClusterIdentity, ContextRef, HOLD_SECONDS, KEEP_UNUSED_MINUTES, LONGEST_HOLD_SECONDS,
    LONGEST_UNUSED_MINUTES, Profile, ProfileDraft, ProfileId, ProfilePort,
};
pub use sign_in::{
    CertificateView, KeepSecret, Pasted, PastedContext, ServerReport, SignIn, SignInMethod, SignInServerView,
};
pub use start_at_login::{LoginItem, StartAtLogin};
pub use statistics::Statistics;
pub use store::{ClusterStore, PreferenceStore, ProfileStore};
pub use timeline::{TimelineCode, TimelineEntry};
pub use view::{
    ConnectStep, DemoState, ForwardState, ForwardView, PortView, RouteName, Shadow, Snapshot, TransportName,
};
