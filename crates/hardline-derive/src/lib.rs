//! The derives of Hardline's types: what serde's derives, strategies and shapes would take four lines for, in one word.
//!
//! This crate is a part of `hardline`. A derive parses its item (`parse`) and writes impls as text, which is parsed again
//! (`emit`); the types of fields stay tokens, so that what the compiler says of them points to them.

mod emit;
mod parse;
mod refusal;

use proc_macro::TokenStream;

use emit::Impl;
use parse::{Item, Word};

/// A request: written always, read by servers.
#[proc_macro_derive(Request, attributes(serde, hardline))]
pub fn request(item: TokenStream) -> TokenStream {
    derive(
        item,
        Word::Request,
        &[
            (Impl::Serialize, ""),
            (Impl::Deserialize, r#"#[cfg(feature = "server")]"#),
            (Impl::Shaped, SHAPED),
            (Impl::Arbitrary("request_strategy"), PROPTEST),
        ],
    )
}

/// A response: read always, written by servers.
#[proc_macro_derive(Response, attributes(serde, hardline))]
pub fn response(item: TokenStream) -> TokenStream {
    derive(
        item,
        Word::Response,
        &[
            (Impl::Serialize, r#"#[cfg(feature = "server")]"#),
            (Impl::Deserialize, ""),
            (Impl::Shaped, SHAPED),
            (Impl::Arbitrary("strategy"), PROPTEST),
        ],
    )
}

/// A part of requests and responses: written and read.
#[proc_macro_derive(Wire, attributes(serde, hardline))]
pub fn wire(item: TokenStream) -> TokenStream {
    derive(
        item,
        Word::Wire,
        &[
            (Impl::Serialize, ""),
            (Impl::Deserialize, ""),
            (Impl::Shaped, SHAPED),
            (Impl::Arbitrary("strategy"), PROPTEST),
        ],
    )
}

/// What a saved flow holds.
#[proc_macro_derive(Persist, attributes(serde, hardline))]
pub fn persist(item: TokenStream) -> TokenStream {
    derive(
        item,
        Word::Persist,
        &[
            (Impl::Serialize, r#"#[cfg(feature = "persist")]"#),
            (Impl::Deserialize, r#"#[cfg(feature = "persist")]"#),
        ],
    )
}

/// What the JSON of a type looks like, for an operation of your own that is to be called by its name. Its `Serialize` and
/// `Deserialize` are serde's.
#[proc_macro_derive(Shaped, attributes(serde, hardline))]
pub fn shaped(item: TokenStream) -> TokenStream {
    derive(item, Word::Shaped, &[(Impl::Shaped, "")])
}

const SHAPED: &str = r#"#[cfg(any(feature = "by-name", feature = "proptest"))]"#;
const PROPTEST: &str = r#"#[cfg(feature = "proptest")]"#;

/// Writes each impl under its condition.
fn derive(item: TokenStream, word: Word, impls: &[(Impl, &str)]) -> TokenStream {
    match Item::parse(item, word) {
        Ok(item) => impls
            .iter()
            .map(|(which, condition)| emit::emit(&item, which, condition))
            .collect(),
        Err(refusal) => refusal.into_compile_error(),
    }
}
