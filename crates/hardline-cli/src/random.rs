use hardline::types::ClientSecret;

use crate::advice::Trouble;

/// What only this client knows.
pub(crate) fn client_secret() -> Result<ClientSecret, Trouble> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).map_err(|error| no_randomness(&error))?;
    Ok(ClientSecret::from_entropy(entropy))
}

/// A password that nobody has to know.
pub(crate) fn random_text() -> Result<String, Trouble> {
    let random = || getrandom::u64().map_err(|error| no_randomness(&error));
    Ok(format!("{:016x}{:016x}", random()?, random()?))
}

/// What spreads the waits of this client otherwise than those of the next.
pub(crate) fn seed() -> Result<u64, Trouble> {
    getrandom::u64().map_err(|error| no_randomness(&error))
}

fn no_randomness(error: &dyn std::error::Error) -> Trouble {
    Trouble::local("the operating system gave no random numbers", error)
}
