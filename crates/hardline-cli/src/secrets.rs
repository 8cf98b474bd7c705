use std::env;

/// What to do about a secret that was expected on standard input and did not come.
pub(crate) const PIPE: &str = "pipe it in as the first line";

/// A secret in the environment, unless it is empty.
pub(crate) fn env_secret(name: &str) -> Option<String> {
    env::var(name).ok().filter(|secret| !secret.is_empty())
}
