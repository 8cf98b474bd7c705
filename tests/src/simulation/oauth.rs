//! A homeserver with an authorization server, and the person in front of a browser.

mod answers;
mod authorization_server;
mod decision;
mod holding;
mod meeting;
mod person;
mod watched;
mod world;

pub use decision::{Browser, Decision};
pub use holding::hold_oauth;
pub use meeting::{OAuthMishap, OAuthScenario, meet_oauth};
pub use person::Conduct;
pub use world::OAuthWorld;
