//! Impls as text. Paths start at the core, and names of our own begin with two underscores, so that nothing that is in
//! scope where a type stands gets in the way.

mod deserialize;
mod serialize;
mod shaped;

use proc_macro::{Group, TokenStream, TokenTree};

use crate::parse::{Generic, Item};

const PRIVATE: &str = "::hardline::__private";
const SERDE: &str = "::hardline::__private::serde";

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

/// Text with holes, which tokens of the item fill: they keep their places, and `$crate` its meaning.
#[derive(Default)]
struct Code(Vec<TokenStream>);

impl Code {
    /// What stands in the text for these tokens.
    fn hole(&mut self, tokens: &TokenStream) -> String {
        self.0.push(tokens.clone());
        format!("{HOLE}{}", self.0.len() - 1)
    }

    fn fill(&self, text: &str) -> TokenStream {
        let code = text.parse().expect("the derives write tokens");
        if self.0.is_empty() {
            return code;
        }
        self.filled(code)
    }

    fn filled(&self, code: TokenStream) -> TokenStream {
        let mut filled = TokenStream::new();
        for token in code {
            match &token {
                TokenTree::Group(group) => {
                    let group = Group::new(group.delimiter(), self.filled(group.stream()));
                    filled.extend([TokenTree::from(group)]);
                }
                TokenTree::Ident(name) => match self.tokens_of(&name.to_string()) {
                    Some(tokens) => filled.extend(tokens.clone()),
                    None => filled.extend([token]),
                },
                _ => filled.extend([token]),
            }
        }
        filled
    }

    fn tokens_of(&self, hole: &str) -> Option<&TokenStream> {
        let index: usize = hole.strip_prefix(HOLE)?.parse().ok()?;
        self.0.get(index)
    }
}

const HOLE: &str = "__hole";

/// The parameters of an item, each with a further bound, and how they are used: `T: Serialize + Bound,` and `<T,>`.
fn generics(item: &Item, bound: &str, code: &mut Code) -> (String, String) {
    let mut declared = String::new();
    let mut used = String::new();
    for Generic { name, bounds } in &item.generics {
        let bounds = code.hole(bounds);
        declared += &format!("{name}: {bound} + {bounds}, ");
        used += &format!("{name}, ");
    }
    (declared, format!("<{used}>"))
}
