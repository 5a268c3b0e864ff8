//! What a forward needs is taken away, and given back.

use std::time::Duration;

use engine::{Command, ForwardState, ForwardView, ProblemCode};
use tokio::time::timeout;

use crate::{
    breakdowns::under_load,
    lab::{Lab, echoes_at},
};

/// Within this time it has to be said clearly that something is wrong.
const CLEAR: Duration = Duration::from_secs(5);
/// Within this time a forward has to work again by itself. The longest wait between two tries is 30 s.
const BY_ITSELF: Duration = Duration::from_secs(35);

async fn needs_attention(lab: &mut Lab, view: &ForwardView) -> ProblemCode {
    timeout(CLEAR, lab.problem_of(&view.profile.id)).await.expect("no clear state in time").code
}

/// Nobody touches it, and it works.
async fn recovers(lab: &mut Lab, view: &ForwardView) {
    let works = |view: &ForwardView| matches!(view.state, ForwardState::Ready | ForwardState::Live { .. });
    let recovering = lab.watcher.forward_that(&view.profile.id, works);
    let view = timeout(BY_ITSELF, recovering).await.expect("it does not recover by itself");
    echoes_at(&view, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_namespace_is_told_and_comes_back() {
    let mut lab = Lab::start().await;
    let (view, mut load) = under_load(&mut lab).await;
    assert!(lab.demo.delete_namespace("demo"));
    assert_eq!(needs_attention(&mut lab, &view).await, ProblemCode::TargetNotFound);
    lab.demo.restore_namespace("demo").await;
    recovers(&mut lab, &view).await;
    load.serves(20).await;
    load.end().await;
    lab.shutdown().await;
}

/// What is open goes on, as with a real server; the next link is refused.
fn withdraw_permission(lab: &Lab) {
    for verb in ["create", "get"] {
        lab.demo.forbid(verb, "pods/portforward");
    }
    lab.demo.go_away_links();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_permission_is_told() {
    let mut lab = Lab::start().await;
    let (view, mut load) = under_load(&mut lab).await;
    withdraw_permission(&lab);
    assert_eq!(needs_attention(&mut lab, &view).await, ProblemCode::Forbidden);
    // A person has it tried again, and everybody who waited is served.
    lab.demo.allow_all();
    lab.do_it(Command::Connect { id: view.profile.id.clone(), confirmed: false }).await;
    load.serves(40).await;
    load.end().await.is_flawless();
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_given_back_is_noticed() {
    let mut lab = Lab::start().await;
    let (view, mut load) = under_load(&mut lab).await;
    withdraw_permission(&lab);
    assert_eq!(needs_attention(&mut lab, &view).await, ProblemCode::Forbidden);
    lab.demo.allow_all();
    recovers(&mut lab, &view).await;
    load.serves(20).await;
    load.end().await;
    lab.shutdown().await;
}
