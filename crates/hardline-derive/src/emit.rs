//! Impls as text. Paths start at the core, and names of our own begin with two underscores, so that nothing that is in
//! scope where a type stands gets in the way.

mod code;
mod deserialize;
mod serialize;
mod shaped;

use proc_macro::TokenStream;

use crate::parse::Item;
use code::{Code, PRIVATE};

/// What is implemented.
pub(crate) enum Impl {
    Serialize,
    Deserialize,
    Shaped,
    /// With the core's function that makes the strategy.
    Arbitrary(&'static str),
}

/// An impl under a condition.
pub(crate) fn emit(item: &Item, which: &Impl, condition: &str) -> TokenStream {
    let mut code = Code::default();
    let text = match which {
        Impl::Serialize => serialize::serialize(item, &mut code),
        Impl::Deserialize => deserialize::deserialize(item, &mut code),
        Impl::Shaped => shaped::shaped(item, &mut code),
        Impl::Arbitrary(strategy) => arbitrary(item, strategy),
    };
    // A condition and an attribute hold for each impl of several.
    code.fill(&text.replace("#[impl]", &format!("{condition} #[automatically_derived]")))
}

fn arbitrary(item: &Item, strategy: &str) -> String {
    let name = &item.name;
    format!(
        "#[impl] impl {PRIVATE}::proptest::arbitrary::Arbitrary for {name} {{
            type Parameters = ();
            type Strategy = {PRIVATE}::proptest::strategy::BoxedStrategy<Self>;
            fn arbitrary_with((): ()) -> Self::Strategy {{ {PRIVATE}::{strategy}::<Self>() }}
        }}"
    )
}
