use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ListOperations {
    /// List only those with all of these in their name, method or path
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
}
