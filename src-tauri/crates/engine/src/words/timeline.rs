//! What happened to a forward, in sentences.

use std::time::Duration;

use wording::{Text, text};

use crate::{
    journal::Happened,
    options::OffReason,
    problem::Problem,
    timeline::TimelineCode,
    view::{PortView, TransportName},
};

/// What is told of something that happened.
pub(crate) struct Told {
    pub(crate) code: TimelineCode,
    pub(crate) what: Text,
    pub(crate) detail: Text,
}

/// `gap_ms`: how long there was no tunnel before this one, if one was lost. `now_ms` as in
/// [`TimelineEntry::at_ms`](crate::TimelineEntry::at_ms).
pub(crate) fn timeline(happened: &Happened, gap_ms: Option<u64>, now_ms: u64) -> Told {
    let told = |code, what: Text, detail: Text| Told { code, what, detail };
    let nothing = Text::default;
    match happened {
        Happened::TurnedOn => told(TimelineCode::TurnedOn, text!("Turned on.", "Eingeschaltet."), nothing()),
        Happened::TurnedOff(reason) => {
            told(TimelineCode::TurnedOff, text!("Turned off.", "Ausgeschaltet."), off_because(*reason))
        }
        Happened::ProfileChanged => told(
            TimelineCode::ProfileChanged,
            text!("The profile was changed.", "Die Weiterleitung wurde geändert."),
            nothing(),
        ),
        Happened::Listening(ports) => {
            let addresses: Vec<String> = ports.iter().map(address_of).collect();
            let addresses = addresses.join(", ");
            told(
                TimelineCode::Listening,
                text!("Listening on {addresses}.", "Lauscht auf {addresses}."),
                nothing(),
            )
        }
        Happened::Shadowed(shadow) => told(
            TimelineCode::Shadowed,
            text!(
                "Another program may be reached instead.",
                "Vielleicht wird stattdessen ein anderes Programm erreicht."
            ),
            shadow.sentence.clone(),
        ),
        Happened::FindingPod => {
            told(TimelineCode::FindingPod, text!("Looking for a pod.", "Sucht einen Pod."), nothing())
        }
        Happened::TunnelOpened { pod, transport } | Happened::PodChanged { pod, transport } => {
            let detail =
                text!("Pod {pod}{by}.", "Pod {pod}{by}."; by = transport.map(by).unwrap_or_default());
            match (gap_ms, happened) {
                (Some(gap_ms), _) => {
                    let gap = in_words(gap_ms);
                    told(TimelineCode::Back, text!("Back after {gap}.", "Nach {gap} wieder da."), detail)
                }
                (None, Happened::PodChanged { .. }) => told(
                    TimelineCode::PodChanged,
                    text!("Another pod serves now.", "Jetzt bedient ein anderer Pod."),
                    detail,
                ),
                (None, _) => {
                    told(TimelineCode::TunnelOpened, text!("Tunnel opened.", "Tunnel geöffnet."), detail)
                }
            }
        }
        Happened::TunnelLost { pod, reason } => {
            let reason = reason_in_words(reason);
            let detail = if reason.contains(&**pod) {
                reason
            } else {
                text!("Pod {pod}: {reason}", "Pod {pod}: {reason}"; reason)
            };
            told(TimelineCode::TunnelLost, text!("Tunnel lost.", "Tunnel verloren."), detail)
        }
        Happened::Waiting { reason, until_ms } => {
            let wait = in_words(until_ms.saturating_sub(now_ms));
            told(
                TimelineCode::Waiting,
                text!("No tunnel; next try in {wait}.", "Kein Tunnel; neuer Versuch in {wait}."),
                reason_in_words(reason),
            )
        }
        Happened::Released => told(
            TimelineCode::Released,
            text!("Tunnel released.", "Tunnel freigegeben."),
            text!(
                "Nobody used it. It opens again with the next connection.",
                "Niemand benutzte ihn. Er öffnet sich mit der nächsten Verbindung wieder."
            ),
        ),
        Happened::NeedsAttention(problem) => {
            told(TimelineCode::NeedsAttention, problem.what.clone(), problem.why.clone())
        }
        Happened::ConnectionFailed { local, problem } => told(
            TimelineCode::ConnectionFailed,
            text!("Connection to port {local} failed.", "Verbindung zu Port {local} gescheitert."),
            reason_in_words(problem),
        ),
    }
}

fn reason_in_words(Problem { what, why, .. }: &Problem) -> Text {
    Text::join([what, why], " ").map(|words| words.trim().to_owned())
}

/// `localhost:5000`, or each address where it is not the usual two.
fn address_of(port: &PortView) -> String {
    let local = port.local.unwrap_or_default();
    let is_loopback = |address: &String| address == "127.0.0.1" || address == "::1";
    if port.addresses.len() == 2 && port.addresses.iter().all(is_loopback) {
        return format!("localhost:{local}");
    }
    let with_port = |address: &String| match address.contains(':') {
        true => format!("[{address}]:{local}"),
        false => format!("{address}:{local}"),
    };
    port.addresses.iter().map(with_port).collect::<Vec<_>>().join(", ")
}

fn by(transport: TransportName) -> Text {
    match transport {
        TransportName::WebSocketTunnel => text!(", by WebSocket tunnel", ", über WebSocket-Tunnel"),
        TransportName::Spdy => text!(", by SPDY", ", über SPDY"),
        TransportName::Channel => text!(", by WebSocket channels", ", über WebSocket-Kanäle"),
    }
}

/// `400 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, in every language.
fn in_words(milliseconds: u64) -> String {
    // Waits are known to the millisecond and told a moment later.
    let seconds = (milliseconds + 500) / 1000;
    match (milliseconds, seconds) {
        (0..950, _) => format!("{} ms", milliseconds.div_ceil(50) * 50),
        (_, 0..60) => format!("{seconds} s"),
        (_, 60..3600) if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        (_, 60..3600) => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => {
            let minutes = Duration::from_millis(milliseconds).as_secs() / 60;
            format!("{} h {} min", minutes / 60, minutes % 60)
        }
    }
}

fn off_because(reason: Option<OffReason>) -> Text {
    match reason {
        Some(OffReason::TimeIsUp { minutes }) => {
            text!("Its time of {minutes} minutes was up.", "Die Zeit von {minutes} Minuten war um.")
        }
        // These two happen before Culvert has anything to tell.
        Some(OffReason::AsksFirst | OffReason::OffAtStart) | None => Text::default(),
    }
}

#[cfg(test)]
mod tests {
    use wording::Spoken;

    use super::*;
    use crate::{
        problem::ProblemCode,
        view::{PortView, Shadow},
    };

    #[test]
    fn every_sentence() {
        let problem = || {
            Problem::new(
                ProblemCode::PodGone,
                text!("The pod is gone.", "Der Pod ist weg."),
                text!("It was deleted.", "Er wurde gelöscht."),
                text!("Wait.", "Warten."),
            )
        };
        let port = |local, addresses: &[&str]| PortView {
            remote: "80".into(),
            local: Some(local),
            addresses: addresses.iter().map(ToString::to_string).collect(),
            pod_port: None,
            shadow: None,
        };
        let opened = |transport| Happened::TunnelOpened { pod: "web-1".into(), transport };
        let changed = Happened::PodChanged { pod: "web-2".into(), transport: Some(TransportName::Spdy) };
        let shadow = Shadow { address: "::1".into(), program: None, sentence: text!("Beware.", "Vorsicht.") };
        let both = ["127.0.0.1", "::1"];
        for (happened, gap_ms, expected) in [
            (Happened::TurnedOn, None, "Turned on. "),
            (Happened::TurnedOff(None), None, "Turned off. "),
            (
                Happened::TurnedOff(Some(OffReason::TimeIsUp { minutes: 90 })),
                None,
                "Turned off. Its time of 90 minutes was up.",
            ),
            (Happened::ProfileChanged, None, "The profile was changed. "),
            (Happened::Listening(vec![port(5000, &both)]), None, "Listening on localhost:5000. "),
            (
                Happened::Listening(vec![port(5000, &["127.0.0.1"]), port(5001, &["::1", "10.0.0.7"])]),
                None,
                "Listening on 127.0.0.1:5000, [::1]:5001, 10.0.0.7:5001. ",
            ),
            (Happened::Shadowed(shadow), None, "Another program may be reached instead. Beware."),
            (Happened::FindingPod, None, "Looking for a pod. "),
            (
                opened(Some(TransportName::WebSocketTunnel)),
                None,
                "Tunnel opened. Pod web-1, by WebSocket tunnel.",
            ),
            (opened(None), Some(65_400), "Back after 1 min 5 s. Pod web-1."),
            (changed.clone(), None, "Another pod serves now. Pod web-2, by SPDY."),
            (changed, Some(900), "Back after 900 ms. Pod web-2, by SPDY."),
            (
                Happened::TunnelLost { pod: "web-1".into(), reason: problem() },
                None,
                "Tunnel lost. Pod web-1: The pod is gone. It was deleted.",
            ),
            (
                Happened::TunnelLost { pod: "pod".into(), reason: problem() },
                None,
                "Tunnel lost. The pod is gone. It was deleted.",
            ),
            (
                Happened::Waiting { reason: problem(), until_ms: 30_000 },
                None,
                "No tunnel; next try in 20 s. The pod is gone. It was deleted.",
            ),
            (
                Happened::Released,
                None,
                "Tunnel released. Nobody used it. It opens again with the next connection.",
            ),
            (Happened::NeedsAttention(problem()), None, "The pod is gone. It was deleted."),
            (
                Happened::ConnectionFailed { local: 5000, problem: problem() },
                None,
                "Connection to port 5000 failed. The pod is gone. It was deleted.",
            ),
        ] {
            let Told { what, detail, .. } = timeline(&happened, gap_ms, 10_000);
            assert_eq!(format!("{what} {detail}"), expected);
            assert_ne!(what.of(Spoken::German), what.of(Spoken::English), "{what}");
            assert_eq!(
                detail.of(Spoken::German) == detail.of(Spoken::English),
                is_a_name(&detail),
                "{detail}"
            );
        }
    }

    /// What is the same in every language.
    fn is_a_name(detail: &Text) -> bool {
        detail.is_empty() || *detail == "Pod web-1."
    }

    #[test]
    fn times_in_words() {
        for (milliseconds, words) in [
            (0, "0 ms"),
            (101, "150 ms"),
            (949, "950 ms"),
            (960, "1 s"),
            (29_999, "30 s"),
            (60_000, "1 min"),
            (200_000, "3 min 20 s"),
            (7_500_000, "2 h 5 min"),
        ] {
            assert_eq!(in_words(milliseconds), words, "{milliseconds}");
        }
    }
}
