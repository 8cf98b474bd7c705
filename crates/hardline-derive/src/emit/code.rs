use proc_macro::{Group, TokenStream, TokenTree};

use crate::parse::{Generic, Item};

pub(super) const PRIVATE: &str = "::hardline::__private";
pub(super) const SERDE: &str = "::hardline::__private::serde";

/// Text with holes, which tokens of the item fill: they keep their places, and `$crate` its meaning.
#[derive(Default)]
pub(super) struct Code(Vec<TokenStream>);

impl Code {
    /// What stands in the text for these tokens.
    pub(super) fn hole(&mut self, tokens: &TokenStream) -> String {
        self.0.push(tokens.clone());
        format!("{HOLE}{}", self.0.len() - 1)
    }

    pub(super) fn fill(&self, text: &str) -> TokenStream {
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
pub(super) fn generics(item: &Item, bound: &str, code: &mut Code) -> (String, String) {
    let mut declared = String::new();
    let mut used = String::new();
    for Generic { name, bounds } in &item.generics {
        let bounds = code.hole(bounds);
        declared += &format!("{name}: {bound} + {bounds}, ");
        used += &format!("{name}, ");
    }
    (declared, format!("<{used}>"))
}
