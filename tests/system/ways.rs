//! By which transport and which route: what servers of any age know, and what a person settles.

use democluster::{DemoOptions, ServerVersion};
use engine::{
    Command, ProblemCode, ProfileDraft, ProfileStore, RemedyAction, RouteName, RoutePin, TransportName,
    TransportPin,
};

use crate::lab::{Lab, echo, echoes_at};

async fn lab_of(server: ServerVersion) -> Lab {
    Lab::with(DemoOptions::of(server), ProfileStore::memory()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_any_age_is_reached_by_the_best_it_knows() {
    for (server, transport, route) in [
        (ServerVersion::V1_0, TransportName::Spdy, RouteName::Historic),
        (ServerVersion::V1_9, TransportName::Spdy, RouteName::Pod),
        (ServerVersion::V1_29, TransportName::Spdy, RouteName::Pod),
        (ServerVersion::V1_36, TransportName::WebSocketTunnel, RouteName::Pod),
    ] {
        let mut lab = lab_of(server).await;
        // The second one begins with what the first one learned.
        for _ in 0..2 {
            let view = lab.forward(echo()).await;
            assert_eq!((view.transport, view.route), (Some(transport), Some(route)), "{server:?}");
            echoes_at(&view, 0).await;
        }
        lab.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_is_used_and_nothing_is_learned_from_it() {
    let mut lab = lab_of(ServerVersion::V1_36).await;
    for (transport, route, used) in [
        (TransportPin::Channel, RoutePin::Automatic, (TransportName::Channel, RouteName::Pod)),
        (TransportPin::Spdy, RoutePin::Node, (TransportName::Spdy, RouteName::Node)),
        (TransportPin::Automatic, RoutePin::Node, (TransportName::WebSocketTunnel, RouteName::Node)),
        (TransportPin::WebSocketTunnel, RoutePin::Pod, (TransportName::WebSocketTunnel, RouteName::Pod)),
        (TransportPin::Automatic, RoutePin::Automatic, (TransportName::WebSocketTunnel, RouteName::Pod)),
    ] {
        let view = lab.forward(ProfileDraft { transport, route, ..echo() }).await;
        assert_eq!((view.profile.transport, view.profile.route), (transport, route));
        assert_eq!((view.transport.unwrap(), view.route.unwrap()), used);
        echoes_at(&view, 0).await;
    }
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_that_cannot_work_is_what_the_person_is_told_to_change() {
    let mut lab = lab_of(ServerVersion::V1_22).await;
    let pinned = ProfileDraft { transport: TransportPin::WebSocketTunnel, ..echo() };
    let id = lab.create(pinned).await;
    let problem = lab.problem_of(&id).await;
    assert_eq!((problem.code, &problem.action), (ProblemCode::NoTransport, &Some(RemedyAction::Edit)));
    assert!(problem.why.contains("SPDY inside a WebSocket: "), "{problem:?}");
    assert!(problem.remedy.contains("automatic"), "{problem:?}");
    lab.do_it(Command::Update { id: id.clone(), draft: echo() }).await;
    echoes_at(&lab.ready(&id).await, 0).await;
    lab.shutdown().await;
}
