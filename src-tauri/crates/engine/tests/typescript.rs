//! The TypeScript types of commands, replies and events: written to `ui/src/backend/types.ts`, which is committed.
//! Fails when the committed file is stale; run with `CULVERT_WRITE_TYPES=1` to write it.

use std::{fmt::Write as _, fs, path::Path};

use ts_rs::{Config, TS};

/// Every type that crosses the boundary to the window, each before it is first needed.
fn declarations(config: &Config) -> String {
    let mut text = String::from(
        "// Generated from the engine's Rust types by `npm run types`. Do not edit: CI fails when this file is stale.\n",
    );
    macro_rules! declare {
        ($($name:ty),* $(,)?) => {
            $( let _ = write!(text, "\nexport {}\n", <$name>::decl(config)); )*
        };
    }
    declare!(
        wording::Text,
        cluster::TargetKind,
        cluster::Target,
        cluster::DeclaredPort,
        cluster::TargetSummary,
        cluster::ContextEntry,
        cluster::KubeconfigProblem,
        cluster::KubeconfigFile,
        cluster::SecretText,
        cluster::ContextCatalog,
        engine::ProfileId,
        engine::ContextRef,
        engine::ClusterIdentity,
        engine::TransportPin,
        engine::RoutePin,
        engine::PodChoice,
        engine::AtStart,
        engine::Colour,
        engine::OffReason,
        engine::ProfilePort,
        engine::Profile,
        engine::ProfileDraft,
        engine::ProblemCode,
        engine::RemedyAction,
        engine::Problem,
        engine::ContextMark,
        engine::Trust,
        engine::ClusterDraft,
        engine::SignIn,
        engine::SignInMethod,
        engine::KeepSecret,
        engine::PastedContext,
        engine::Pasted,
        engine::CertificateView,
        engine::SignInServerView,
        engine::ServerReport,
        engine::Standing,
        engine::OwnView,
        engine::ClusterView,
        engine::KeyringState,
        engine::Subject,
        engine::Rung,
        engine::Outcome,
        engine::LadderStep,
        engine::Ladder,
        engine::Browsed,
        engine::ConnectStep,
        engine::ForwardState,
        engine::TransportName,
        engine::RouteName,
        engine::Shadow,
        engine::PortView,
        engine::Statistics,
        engine::ForwardView,
        engine::TimelineCode,
        engine::ConnectionState,
        engine::ConnectionView,
        engine::Connections,
        engine::TimelineEntry,
        engine::Theme,
        engine::Language,
        engine::OnClose,
        engine::Preferences,
        engine::StartAtLogin,
        engine::DemoState,
        engine::Snapshot,
        engine::ImportKind,
        engine::ImportFound,
        engine::ImportCluster,
        engine::ImportField,
        engine::ImportStanding,
        engine::PortClash,
        engine::ImportRow,
        engine::ImportPreview,
        engine::ImportClusterChoice,
        engine::ImportDeed,
        engine::ImportChoice,
        engine::Command,
        engine::Reply,
        engine::Event,
        engine::NumberedEvent,
        engine::Update,
    );
    text
}

#[test]
fn committed_types_are_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/backend/types.ts");
    let fresh = declarations(&Config::default());
    if std::env::var_os("CULVERT_WRITE_TYPES").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(committed, fresh, "{} is stale: run `npm run types`", file.display());
}
