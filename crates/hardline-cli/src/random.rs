use hardline::types::ClientSecret;

use crate::cli_error::CliError;

/// A secret of this client's own.
pub(crate) fn client_secret() -> Result<ClientSecret, CliError> {
    entropy().map(ClientSecret::from_entropy)
}

/// What the secrets of a login are made of.
pub(crate) fn entropy() -> Result<[u8; 32], CliError> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).map_err(|error| no_randomness(&error))?;
    Ok(entropy)
}

/// What a transaction ID is made of.
pub(crate) fn transaction_entropy() -> Result<[u8; 16], CliError> {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).map_err(|error| no_randomness(&error))?;
    Ok(entropy)
}

/// Random text, such as a password that nobody has to know.
pub(crate) fn random_text() -> Result<String, CliError> {
    let random = || getrandom::u64().map_err(|error| no_randomness(&error));
    Ok(format!("{:016x}{:016x}", random()?, random()?))
}

/// A seed, so that each client spreads its waits differently.
pub(crate) fn seed() -> Result<u64, CliError> {
    getrandom::u64().map_err(|error| no_randomness(&error))
}

fn no_randomness(error: &dyn std::error::Error) -> CliError {
    CliError::local("the operating system gave no random numbers", error)
}
