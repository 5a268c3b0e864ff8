//! The built application on a screen of its own, used as a person uses it: by what is on it, through a WebDriver.

#![cfg(target_os = "linux")]
#![expect(clippy::panic, clippy::expect_used, reason = "what is not as it should be fails the test")]

mod application;
mod desktop;
mod page;
mod panel;
mod program;
mod screen;
mod steps;
mod waiting;

mod background;
mod connection;
mod connections;
mod exchange;
mod figures;
mod first_tunnel;
mod journeys;
mod openshift;
mod secrets;
mod settings;
mod signing_in;
mod starting;
mod tray;
mod why;
