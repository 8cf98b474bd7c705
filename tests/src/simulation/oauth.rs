//! A homeserver with an authorization server, and the person in front of a browser.

mod answers;
mod authorization_server;
mod holding;
mod meeting;
mod person;
mod watched;
mod world;

pub use holding::hold_oauth;
pub use meeting::{OAuthMishap, OAuthScenario, meet_oauth};
pub use person::{Browser, Conduct, Decision};
pub use world::OAuthWorld;
