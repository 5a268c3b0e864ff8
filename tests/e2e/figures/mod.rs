//! The figures of the window on the release build: `npm run bench:ui` runs them one after another on a machine that does
//! nothing else, and prints them beside those of the nearest peer (kftray 0.27, the same kind of machine).

mod forwards;
mod painting;
mod processes;

use std::time::Duration;

use self::{
    forwards::{Forwards, keep_talking},
    painting::until_painted,
    processes::Processes,
};
use crate::{
    application::Application,
    desktop::{Build, Desktop},
    page::Role,
    program::Program,
    screen::Screen,
    steps::{assert_echoes, local_port, wait_until_open},
    waiting::until,
};

/// How often a start is timed; the median counts.
const STARTS: usize = 7;

/// How long the application rests before its memory is read, as with the peer.
const REST: Duration = Duration::from_secs(20);

/// Over how long work is counted.
const WORK: Duration = Duration::from_secs(30);

/// How many forwards are on where it matters how many.
const FORWARDS: usize = 20;

/// How many forwards are in the long list, and how many of them have traffic.
const LONG_LIST: usize = 500;
const WITH_TRAFFIC: usize = 50;

/// How many pods are in the long list that is browsed.
const PODS: usize = 5000;

/// How often a forward is turned on and off to see how long that takes to the screen.
const CHANGES: usize = 20;

#[tokio::test]
#[ignore = "a figure: npm run bench:ui"]
async fn start_to_painted_window() {
    let forwards = Forwards::start().await;
    let mut times = Vec::new();
    let desktop = Desktop::start_build(Build::Release).await.expect("the programs of the desktop");
    forwards.save(desktop.home(), 5, 0).await;
    let screen = Screen::of(&desktop);
    for _ in 0..STARTS {
        let mut application = Program::start(&mut desktop.application_command());
        times.push(until_painted(&screen).await);
        application.signal(rustix::process::Signal::TERM);
        application.end().await;
    }
    print("start to painted window, s", median(&mut times).as_secs_f64(), "0.84", "0.6");
}

#[tokio::test]
#[ignore = "a figure: npm run bench:ui"]
async fn memory_and_work() {
    let forwards = Forwards::start().await;
    let mut idle = 0.0;
    for on in [0, FORWARDS] {
        let desktop = Desktop::start_build(Build::Release).await.expect("the programs of the desktop");
        let ports = forwards.save(desktop.home(), FORWARDS, on).await;
        let screen = Screen::of(&desktop);
        let mut application = Program::start(&mut desktop.application_command());
        until_painted(&screen).await;
        let processes = Processes::of(screen.process().expect("it is on the screen"));
        for port in ports {
            assert_echoes(port, "each tunnel is open").await;
        }
        tokio::time::sleep(REST).await;
        let memory = processes.memory();
        if on == 0 {
            idle = memory;
            print("memory after 20 s, PSS, MB", memory, "271", "200");
            for (name, memory) in processes.memory_of_each() {
                print(&format!("  of which {name}"), memory, "-", "-");
            }
        } else {
            print("growth with 20 forwards on, MB", memory - idle, "115 to 130", "10");
            print("processor, 20 on, visible, %", processes.work(WORK).await, "1.1", "0.1");
            screen.close_window().await;
            // What it takes to go away is no work while it is away.
            tokio::time::sleep(REST).await;
            print("processor, 20 on, hidden, %", processes.work(WORK).await, "-", "0.0");
        }
        application.signal(rustix::process::Signal::TERM);
        application.end().await;
    }
}

/// Against browsing a namespace of a few targets, under the same WebDriver.
#[tokio::test]
#[ignore = "a figure: npm run bench:ui"]
async fn memory_of_browsing() {
    let forwards = Forwards::start().await;
    let first_pod = forwards.add_pods("crowd", PODS);
    let mut few = Vec::new();
    for (namespace, shown) in [("demo", "deployment echo"), ("crowd", first_pod.as_str())] {
        let desktop = Desktop::start_build(Build::Release).await.expect("the programs of the desktop");
        forwards.save_none_in(desktop.home(), namespace).await;
        let application = Application::start(&desktop).await;
        application.page().click_first(Role::Button, "Browse").await;
        application.page().name_of(Role::Option, shown).await;
        tokio::time::sleep(REST).await;
        let screen = Screen::of(&desktop);
        let processes = Processes::of(screen.process().expect("it is on the screen"));
        let memory = processes.memory_of_each();
        application.quit().await;
        if namespace == "demo" {
            few = memory;
            continue;
        }
        let all = |each: &[(String, f64)]| each.iter().map(|(_, memory)| memory).sum::<f64>();
        print("growth with 5,000 pods browsed, MB", all(&memory) - all(&few), "-", "-");
        for ((name, memory), (_, few)) in memory.iter().zip(&few) {
            print(&format!("  of which {name}"), memory - few, "-", "-");
        }
    }
}

#[tokio::test]
#[ignore = "a figure: npm run bench:ui"]
async fn clicks_to_the_first_tunnel() {
    let forwards = Forwards::start().await;
    let desktop = Desktop::start_build(Build::Release).await.expect("the programs of the desktop");
    forwards.save(desktop.home(), 0, 0).await;
    let application = Application::start(&desktop).await;
    let page = application.page();
    page.click_first(Role::Button, "Browse").await;
    page.click_first(Role::Option, "deployment echo").await;
    page.click(Role::Button, "Connect").await;
    let clicks = 3.0;
    let port = local_port(page).await;
    assert_echoes(port, "through the first tunnel").await;
    print("clicks from first start to a tunnel", clicks, "16", "3");
    application.quit().await;
}

#[tokio::test]
#[ignore = "a figure: npm run bench:ui"]
async fn from_a_click_to_the_screen() {
    let forwards = Forwards::start().await;
    let desktop = Desktop::start_build(Build::Release).await.expect("the programs of the desktop");
    forwards.save(desktop.home(), 1, 0).await;
    let application = Application::start(&desktop).await;
    application.page().wait_for_switch("Forward 0", false).await;
    let mut times = Vec::new();
    for _ in 0..CHANGES {
        times.push(application.page().time_of_a_switch().await);
    }
    print("click, engine, event, pixel, ms", median(&mut times).as_secs_f64() * 1e3, "-", "100");
    application.quit().await;
}

#[tokio::test]
#[ignore = "a figure: npm run bench:ui"]
async fn scrolling_the_long_list() {
    let forwards = Forwards::start().await;
    let desktop = Desktop::start_build(Build::Release).await.expect("the programs of the desktop");
    let ports = forwards.save(desktop.home(), LONG_LIST, WITH_TRAFFIC).await;
    let application = Application::start(&desktop).await;
    application.page().wait_for_switch("Forward 0", true).await;
    for port in &ports {
        wait_until_open(*port).await;
    }
    let talk = keep_talking(ports);
    until("there is traffic", async || talk.lines() > WITH_TRAFFIC).await;
    let frames = application.page().frames_while_scrolling().await;
    print("frames a second, 500 rows, 50 live", frames, "-", "60");
    application.quit().await;
}

fn median<T: Copy + Ord>(values: &mut [T]) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

#[expect(clippy::print_stdout, reason = "the figures are what this is for")]
fn print(what: &str, figure: f64, peer: &str, target: &str) {
    println!("figure {what:<38}{figure:>9.2}   peer {peer:<12} target {target}");
}
