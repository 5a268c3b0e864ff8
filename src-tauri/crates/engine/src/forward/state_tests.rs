//! Tables and properties of the states of a forward.

use proptest::prelude::*;
use wording::Text;

use super::*;
use crate::{
    forward::{
        backoff::{FIRST, LONGEST},
        prospects::{LONGEST_FOR_CALLER, LONGEST_FOR_POD},
    },
    problem::RemedyAction,
};

const KEEP: Duration = Duration::from_secs(600);
const NOW: u64 = 1_800_000_000_000;

fn problem(code: ProblemCode) -> Problem {
    Problem::new(code, Text::verbatim(format!("{code:?}")), Text::default(), Text::default())
        .with_action(RemedyAction::Retry)
}

fn lost() -> Input {
    Input::TunnelLost(problem(ProblemCode::TunnelLost))
}

fn failed(code: ProblemCode) -> Input {
    Input::Failed(problem(code))
}

/// The state after these inputs, and the effects of the last one.
fn after(inputs: &[Input]) -> (State, Vec<Effect>) {
    inputs
        .iter()
        .fold((State::new(1, Some(KEEP)), Vec::new()), |(state, _), input| apply(state, input.clone(), NOW))
}

fn up() -> Vec<Input> {
    vec![Input::TurnOn { eager: true }, Input::PortsBound { all: true }, Input::PodFound, Input::TunnelOpened]
}

fn up_then(more: &[Input]) -> Vec<Input> {
    let mut inputs = up();
    inputs.extend_from_slice(more);
    inputs
}

/// A state in few words: the variant, and what matters of it.
fn words(state: &State) -> String {
    match state.view() {
        ForwardState::Off => "off".into(),
        ForwardState::Connecting { step } => format!("connecting {step:?}"),
        ForwardState::Ready => "ready".into(),
        ForwardState::Live { connections } => format!("live {connections}"),
        ForwardState::Reconnecting { reason, retry_at_ms: Some(_) } => format!("waiting {:?}", reason.code),
        ForwardState::Reconnecting { reason, retry_at_ms: None } => format!("trying {:?}", reason.code),
        ForwardState::NeedsAttention { problem } => format!("attention {:?}", problem.code),
    }
}

fn effects_in_words(effects: &[Effect]) -> String {
    effects
        .iter()
        .map(|effect| match effect {
            Effect::Wait(_) => "Wait".into(),
            Effect::KeepUnused(time) => {
                assert_eq!(*time, KEEP);
                "KeepUnused".into()
            }
            other => format!("{other:?}"),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_way_up_and_down() {
    use Input::*;
    let bound = PortsBound { all: true };
    let half_bound = PortsBound { all: false };
    let opened = ConnectionOpened;
    let on = TurnOn { eager: true };
    let rest = TurnOn { eager: false };
    let closed = ConnectionClosed { worked: true };
    let unauthorized = failed(ProblemCode::Unauthorized);
    let pod_gone = TunnelLost(problem(ProblemCode::PodGone));
    let woke = Woke(problem(ProblemCode::TunnelLost));
    let lost_sign_in = TunnelLost(problem(ProblemCode::Unauthorized));
    let not_signed_in = |more: &[Input]| {
        [&[TurnOn { eager: true }, PortsBound { all: true }, failed(ProblemCode::Unauthorized)], more]
            .concat()
    };
    let table: Vec<(Vec<Input>, &str, &str)> = vec![
        (vec![], "off", ""),
        (vec![on.clone()], "connecting BindingPorts", "BindPorts"),
        (vec![on.clone(), bound.clone()], "connecting FindingPod", "FindPod"),
        (vec![on.clone(), bound.clone(), PodFound], "connecting OpeningTunnel", "OpenTunnel"),
        (up(), "ready", "Serve KeepUnused"),
        (up_then(std::slice::from_ref(&opened)), "live 1", "InUse"),
        (up_then(&[opened.clone(), opened.clone()]), "live 2", ""),
        (up_then(&[opened.clone(), opened.clone(), closed.clone()]), "live 1", ""),
        (up_then(&[opened.clone(), closed.clone()]), "ready", "KeepUnused"),
        (up_then(&[opened.clone(), TurnOff]), "off", "ReleasePorts StopAll RetireTunnel"),
        (up_then(&[opened.clone(), TurnOff, closed.clone()]), "off", ""),
        // Signed out: everything begins anew, but for the ports.
        (vec![CutOff], "off", ""),
        (vec![on.clone(), CutOff], "connecting BindingPorts", ""),
        (vec![on.clone(), bound.clone(), CutOff], "connecting FindingPod", "StopAll FindPod"),
        (up_then(&[opened.clone(), CutOff]), "connecting FindingPod", "StopAll RetireTunnel FindPod"),
        (up_then(&[UnusedLongEnough, CutOff]), "connecting FindingPod", "StopAll FindPod"),
        (up_then(&[lost(), CutOff]), "connecting FindingPod", "StopAll FindPod"),
        (
            not_signed_in(&[RetryDue, unauthorized.clone(), CutOff]),
            "connecting FindingPod",
            "StopAll FindPod",
        ),
        (
            vec![on.clone(), half_bound.clone(), PodFound, CutOff],
            "connecting BindingPorts",
            "StopAll BindPorts",
        ),
        // A port whose local number comes from the pod.
        (vec![on.clone(), half_bound.clone()], "connecting FindingPod", "FindPod"),
        (vec![on.clone(), half_bound.clone(), PodFound], "connecting BindingPorts", "BindPorts"),
        (
            vec![on.clone(), half_bound.clone(), PodFound, bound.clone()],
            "connecting OpeningTunnel",
            "OpenTunnel",
        ),
        // Loss and return; old connections outlive the tunnel that was replaced.
        (up_then(&[lost()]), "waiting TunnelLost", "RetireTunnel Wait"),
        (up_then(&[lost(), RetryDue]), "trying TunnelLost", "FindPod"),
        (up_then(&[lost(), Retry]), "trying TunnelLost", "FindPod"),
        (up_then(&[lost(), RetryDue, failed(ProblemCode::NoPod)]), "waiting NoPod", "Wait"),
        (
            up_then(&[lost(), RetryDue, PodFound, failed(ProblemCode::Unreachable)]),
            "waiting Unreachable",
            "Wait",
        ),
        (up_then(&[lost(), RetryDue, PodFound, TunnelOpened]), "ready", "Serve KeepUnused"),
        (up_then(&[opened.clone(), lost(), RetryDue, PodFound, TunnelOpened]), "live 1", "Serve"),
        (
            up_then(&[opened.clone(), lost(), closed, RetryDue, PodFound, TunnelOpened]),
            "ready",
            "Serve KeepUnused",
        ),
        // Released and opened again as it is needed.
        (up_then(&[UnusedLongEnough]), "ready", "RetireTunnel"),
        (up_then(&[opened.clone(), UnusedLongEnough]), "live 1", ""),
        (up_then(&[UnusedLongEnough, UnusedLongEnough]), "ready", ""),
        (up_then(&[UnusedLongEnough, lost()]), "ready", ""),
        (up_then(&[UnusedLongEnough, Called]), "connecting FindingPod", "FindPod"),
        (up_then(&[UnusedLongEnough, Retry]), "connecting FindingPod", "FindPod"),
        (up_then(&[UnusedLongEnough, Called, PodFound, TunnelOpened]), "ready", "Serve KeepUnused"),
        (up_then(&[UnusedLongEnough, TurnOff]), "off", "ReleasePorts StopAll RetireTunnel"),
        (vec![rest.clone(), bound.clone()], "ready", ""),
        (vec![rest.clone(), bound.clone(), Called], "connecting FindingPod", "FindPod"),
        (vec![rest.clone(), half_bound.clone()], "connecting FindingPod", "FindPod"),
        (
            vec![rest.clone(), BindFailed(problem(ProblemCode::LocalPortTaken)), Retry, bound.clone()],
            "connecting FindingPod",
            "FindPod",
        ),
        // What only a person can change.
        (
            vec![on.clone(), BindFailed(problem(ProblemCode::LocalPortTaken))],
            "attention LocalPortTaken",
            "ReleasePorts",
        ),
        (
            vec![on.clone(), BindFailed(problem(ProblemCode::LocalPortTaken)), Retry],
            "connecting BindingPorts",
            "BindPorts",
        ),
        // What has expired is tried once more with a new sign-in, then a person has to do it.
        (not_signed_in(&[]), "waiting Unauthorized", "Wait"),
        (not_signed_in(&[RetryDue]), "trying Unauthorized", "FindPod"),
        (not_signed_in(&[RetryDue, unauthorized.clone()]), "attention Unauthorized", ""),
        (not_signed_in(&[RetryDue, unauthorized.clone(), Retry]), "connecting FindingPod", "FindPod"),
        (
            not_signed_in(&[RetryDue, unauthorized.clone(), Retry, unauthorized.clone()]),
            "waiting Unauthorized",
            "Wait",
        ),
        (
            not_signed_in(&[RetryDue, PodFound, TunnelOpened, lost_sign_in.clone()]),
            "waiting Unauthorized",
            "RetireTunnel Wait",
        ),
        (up_then(&[lost_sign_in, RetryDue, unauthorized]), "attention Unauthorized", ""),
        // What somebody else may mend is shown to the person, and tried again.
        (vec![on, bound, failed(ProblemCode::TargetNotFound)], "attention TargetNotFound", "Wait"),
        (up_then(&[lost(), RetryDue, failed(ProblemCode::Forbidden)]), "attention Forbidden", "Wait"),
        (
            up_then(&[lost(), RetryDue, failed(ProblemCode::Forbidden), RetryDue]),
            "attention Forbidden",
            "FindPod",
        ),
        (up_then(&[lost(), RetryDue, failed(ProblemCode::Forbidden), Retry]), "trying Forbidden", "FindPod"),
        (
            up_then(&[
                lost(),
                RetryDue,
                failed(ProblemCode::Forbidden),
                RetryDue,
                failed(ProblemCode::Unreachable),
            ]),
            "waiting Unreachable",
            "Wait",
        ),
        (
            up_then(&[lost(), RetryDue, failed(ProblemCode::Forbidden), RetryDue, PodFound, TunnelOpened]),
            "ready",
            "Serve KeepUnused",
        ),
        // The next pod is asked for at once, but not over and over.
        (up_then(std::slice::from_ref(&pod_gone)), "trying PodGone", "RetireTunnel FindPod"),
        (
            up_then(&[pod_gone.clone(), PodFound, TunnelOpened, pod_gone]),
            "waiting PodGone",
            "RetireTunnel Wait",
        ),
        (up_then(&[lost(), RetryDue, failed(ProblemCode::NoPod), PodReady]), "trying NoPod", "FindPod"),
        (up_then(&[lost(), RetryDue, failed(ProblemCode::Unreachable), PodReady]), "waiting Unreachable", ""),
        // After sleep everything is asked for anew.
        (up_then(std::slice::from_ref(&woke)), "ready", "RetireTunnel"),
        (up_then(&[opened.clone(), woke.clone()]), "trying TunnelLost", "RetireTunnel FindPod"),
        (up_then(&[lost(), woke.clone()]), "trying TunnelLost", "FindPod"),
        (up_then(&[lost(), RetryDue, woke.clone()]), "trying TunnelLost", "FindPod"),
        (up_then(&[UnusedLongEnough, woke]), "ready", ""),
        // Another network may lead where the one before did not.
        (up_then(&[lost(), NetworkChanged]), "trying TunnelLost", "FindPod"),
        (up_then(&[opened.clone(), NetworkChanged]), "live 1", ""),
        // Late news.
        (up_then(&[RetryDue]), "ready", ""),
        (up_then(&[Retry]), "ready", ""),
        (up_then(&[lost(), lost()]), "waiting TunnelLost", ""),
        (up_then(&[lost(), opened]), "waiting TunnelLost", ""),
    ];
    for (inputs, expected, expected_effects) in table {
        let (state, effects) = after(&inputs);
        assert_eq!(
            (words(&state).as_str(), effects_in_words(&effects).as_str()),
            (expected, expected_effects),
            "{inputs:?}"
        );
    }
}

#[test]
fn every_problem_is_either_waited_out_or_shown_to_the_person() {
    use ProblemCode::*;
    for (code, first, later) in [
        (Kubeconfig, "attention", "attention"),
        (LoginHelper, "attention", "waiting"),
        (Untrusted, "attention", "waiting"),
        (Proxy, "attention", "waiting"),
        (Forbidden, "attention", "attention"),
        (TargetUnsuitable, "attention", "attention"),
        (PortNotDeclared, "attention", "attention"),
        (Demo, "attention", "attention"),
        (TargetNotFound, "attention", "attention"),
        (NoTransport, "attention", "waiting"),
        (Unreachable, "waiting", "waiting"),
        (TooBusy, "waiting", "waiting"),
        (NoPod, "waiting", "waiting"),
        (PodGone, "waiting", "waiting"),
        (TunnelLost, "waiting", "waiting"),
        (Internal, "waiting", "waiting"),
    ] {
        let (state, _) =
            after(&[Input::TurnOn { eager: true }, Input::PortsBound { all: true }, failed(code)]);
        assert_eq!(words(&state), format!("{first} {code:?}"));
        let (state, _) = after(&up_then(&[lost(), Input::RetryDue, failed(code)]));
        assert_eq!(words(&state), format!("{later} {code:?}"));
    }
}

/// The waits of a forward whose tries all fail, after the given way up.
fn waits(inputs: &[Input], code: ProblemCode, count: usize) -> Vec<Duration> {
    let (mut state, mut effects) = after(inputs);
    let mut waits = Vec::new();
    while waits.len() < count {
        if let Some(Effect::Wait(wait)) = effects.last() {
            waits.push(*wait);
        }
        (state, _) = apply(state, Input::RetryDue, NOW);
        (state, effects) = apply(state, failed(code), NOW);
    }
    waits
}

#[test]
fn waits_grow_to_their_limit() {
    let waits_of = |code| waits(&up_then(&[lost()]), code, 20);
    let for_network = waits_of(ProblemCode::Unreachable);
    assert!(for_network[0] <= FIRST && for_network.iter().all(|wait| *wait <= LONGEST));
    assert!(*for_network.last().unwrap() >= LONGEST / 2);
    assert!(
        waits_of(ProblemCode::LoginHelper)[1..].iter().all(|wait| *wait >= LONGEST / 2 && *wait <= LONGEST)
    );
    assert!(waits_of(ProblemCode::NoPod).iter().all(|wait| *wait <= LONGEST_FOR_POD));
}

#[test]
fn a_server_that_wants_to_be_left_alone_is() {
    let busy = |seconds| {
        let mut problem = problem(ProblemCode::TooBusy);
        problem.retry_after = Some(Duration::from_secs(seconds));
        let (state, effects) = after(&up_then(&[lost(), Input::RetryDue, Input::Failed(problem)]));
        let Some(Effect::Wait(wait)) = effects.last().cloned() else { panic!("{effects:?}") };
        assert_eq!(apply(state, Input::Called, NOW).1, [], "a caller does not change that");
        wait
    };
    assert_eq!(busy(17), Duration::from_secs(17));
    assert_eq!(busy(100_000), Duration::from_secs(300));
}

#[test]
fn another_time_for_tunnels_without_connections_counts_at_once() {
    let (up, _) = after(&up_then(&[]));
    let longer = Some(2 * KEEP);
    let (state, effects) = apply(up.clone(), Input::Keep(longer), NOW);
    assert_eq!(effects, [Effect::KeepUnused(2 * KEEP)]);
    assert_eq!(apply(state.clone(), Input::Keep(longer), NOW).1, [], "it is the same");
    let (state, effects) = apply(state, Input::Keep(None), NOW);
    assert_eq!(effects, [Effect::InUse], "the time that ran is over");
    assert!(apply(state, Input::UnusedLongEnough, NOW).0.is_up());
    let (used, _) = apply(up.clone(), Input::ConnectionOpened, NOW);
    assert_eq!(apply(used, Input::Keep(longer), NOW).1, [], "it is in use");
    let (resting, _) = apply(up, Input::UnusedLongEnough, NOW);
    assert_eq!(resting.phase, Phase::Resting);
    assert_eq!(apply(resting.clone(), Input::Keep(longer), NOW).0.phase, Phase::Resting);
    assert_eq!(
        apply(resting, Input::Keep(None), NOW).1,
        [Effect::FindPod],
        "what is always open does not rest"
    );
}

#[test]
fn whoever_calls_hurries_the_next_try() {
    let mut state = after(&up_then(&[lost()])).0;
    for _ in 0..10 {
        state = apply(state, Input::RetryDue, NOW).0;
        state = apply(state, failed(ProblemCode::Unreachable), NOW).0;
    }
    let (state, effects) = apply(state, Input::Called, NOW);
    assert!(matches!(effects[..], [Effect::Wait(wait)] if wait <= LONGEST_FOR_CALLER), "{effects:?}");
    assert_eq!(apply(state, Input::Called, NOW).1, [], "once is enough");
}

#[test]
fn waits_start_small_again_only_after_a_tunnel_that_proved_good() {
    let again = |more: &[Input], later: u64| {
        let mut state = after(&up_then(&[lost()])).0;
        for _ in 0..10 {
            state = apply(state, Input::RetryDue, NOW).0;
            state = apply(state, failed(ProblemCode::Unreachable), NOW).0;
        }
        for input in [Input::RetryDue, Input::PodFound, Input::TunnelOpened].iter().chain(more) {
            state = apply(state, input.clone(), NOW).0;
        }
        let (_, effects) = apply(state, lost(), NOW + later);
        let Some(Effect::Wait(wait)) = effects.last() else { panic!("{effects:?}") };
        *wait
    };
    let worked = [Input::ConnectionOpened, Input::ConnectionClosed { worked: true }];
    let failed = [Input::ConnectionOpened, Input::ConnectionClosed { worked: false }];
    assert!(
        again(&[], 0) >= LONGEST / 2,
        "a tunnel that breaks at once must not be reopened in a tight loop"
    );
    assert!(again(&failed, 0) >= LONGEST / 2);
    assert!(again(&worked, 0) <= FIRST);
    assert!(again(&[], PROVEN_AFTER_MS) <= FIRST);
}

fn any_problem() -> impl Strategy<Value = Problem> {
    prop::sample::select(vec![
        ProblemCode::Unauthorized,
        ProblemCode::LoginHelper,
        ProblemCode::TargetNotFound,
        ProblemCode::Forbidden,
        ProblemCode::PodGone,
        ProblemCode::Unreachable,
        ProblemCode::NoPod,
        ProblemCode::TunnelLost,
    ])
    .prop_map(problem)
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        2 => any::<bool>().prop_map(|eager| Input::TurnOn { eager }),
        2 => Just(Input::Called),
        1 => Just(Input::PodReady),
        1 => Just(Input::NetworkChanged),
        1 => any_problem().prop_map(Input::Woke),
        2 => Just(Input::UnusedLongEnough),
        1 => prop::sample::select(vec![None, Some(KEEP), Some(2 * KEEP)]).prop_map(Input::Keep),
        1 => Just(Input::TurnOff),
        1 => Just(Input::CutOff),
        2 => Just(Input::Retry),
        4 => Just(Input::RetryDue),
        4 => any::<bool>().prop_map(|all| Input::PortsBound { all }),
        1 => any_problem().prop_map(Input::BindFailed),
        6 => Just(Input::PodFound),
        6 => Just(Input::TunnelOpened),
        2 => any_problem().prop_map(Input::Failed),
        2 => any_problem().prop_map(Input::TunnelLost),
        3 => Just(Input::ConnectionOpened),
        3 => any::<bool>().prop_map(|worked| Input::ConnectionClosed { worked }),
    ]
}

proptest! {
    #[test]
    fn promises_hold_whatever_happens(
        seed in any::<u64>(),
        keep in prop::sample::select(vec![None, Some(KEEP)]),
        inputs in prop::collection::vec((any_input(), 0u64..20_000), 0..200),
    ) {
        let mut state = State::new(seed, keep);
        let mut now = NOW;
        for (input, passed) in inputs {
            now += passed;
            let was = state.clone();
            let (next, effects) = apply(state, input.clone(), now);

            // The local port is a promise: once all are bound only the person takes them away.
            if was.bound {
                prop_assert_eq!(effects.contains(&Effect::ReleasePorts), input == Input::TurnOff);
                prop_assert!(next.bound || input == Input::TurnOff);
            }
            // No tunnel without ports, and nothing is served without a tunnel.
            prop_assert!(!next.is_up() || next.bound);
            prop_assert_eq!(effects.contains(&Effect::Serve), next.is_up() && !was.is_up());
            prop_assert_eq!(effects.contains(&Effect::RetireTunnel), input == Input::TurnOff && was.view() != ForwardState::Off || was.is_up() && !next.is_up());
            match next.view() {
                ForwardState::Live { connections } => prop_assert!(connections >= 1),
                ForwardState::Reconnecting { retry_at_ms: Some(at), .. } if next.phase != was.phase => {
                    let Some(Effect::Wait(wait)) = effects.last() else {
                        return Err(TestCaseError::fail(format!("{input:?} waits without a timer: {effects:?}")));
                    };
                    prop_assert!(FIRST / 2 <= *wait && *wait <= LONGEST);
                    prop_assert!(at >= now && at <= now + 30_000);
                }
                ForwardState::Off => prop_assert!(matches!(was.view(), ForwardState::Off) || input == Input::TurnOff),
                _ => {}
            }
            // What is always open never rests, and whoever calls wakes what rests.
            prop_assert!(next.phase != Phase::Resting || next.keep.is_some());
            prop_assert!(was.phase != Phase::Resting || input != Input::Called || next.phase != Phase::Resting);
            // A tunnel without connections is watched, and one with connections is not.
            let unused = |state: &State| state.is_up() && state.connections == 0;
            let watched = effects.iter().any(|effect| matches!(effect, Effect::KeepUnused(_)));
            let other = next.keep != was.keep && unused(&next);
            prop_assert_eq!(watched, next.keep.is_some() && unused(&next) && (!unused(&was) || other));
            prop_assert_eq!(
                effects.contains(&Effect::InUse),
                unused(&was) && next.is_up() && !unused(&next) || other && next.keep.is_none()
            );
            // A step that begins is asked for exactly once, and nothing else is.
            let asked = effects
                .iter()
                .filter(|effect| matches!(effect, Effect::BindPorts | Effect::FindPod | Effect::OpenTunnel))
                .count();
            let begins = matches!(next.phase, Phase::Working { .. })
                && (next.phase != was.phase || asked == 1 && matches!(input, Input::Woke(_) | Input::CutOff));
            prop_assert_eq!(asked, usize::from(begins), "{:?} -> {:?}", was.phase, next.phase);
            // Off is off.
            if input == Input::TurnOff {
                prop_assert_eq!(next.view(), ForwardState::Off);
            }
            state = next;
        }
    }
}
