use proc_macro::{Delimiter, Span, TokenTree};

use crate::parse::tokens::Tokens;
use crate::refusal::Refusal;

/// One entry of a `#[serde(...)]` or `#[hardline(...)]`.
pub(super) struct Attribute {
    /// `serde(rename)`
    pub(super) name: String,
    /// A string as it stands in the source, if there is one.
    pub(super) value: Option<String>,
    span: Span,
}

impl Attribute {
    /// The entries before an item, a field or a variant. What belongs to others is passed over; the compiler has removed
    /// what a `cfg` excludes.
    pub(super) fn all(tokens: &mut Tokens) -> Result<Vec<Self>, Refusal> {
        let mut all = vec![];
        while tokens.eat('#') {
            let Some(content) = tokens.eat_group(Delimiter::Bracket) else {
                return Err(Refusal::new(
                    tokens.place(),
                    "an attribute is expected here",
                ));
            };
            let mut content = Tokens::inside(&content);
            for owner in ["serde", "hardline"] {
                if content.eat_word(owner) {
                    Self::entries(owner, &mut content, &mut all)?;
                }
            }
        }
        Ok(all)
    }

    fn entries(owner: &str, tokens: &mut Tokens, all: &mut Vec<Self>) -> Result<(), Refusal> {
        let Some(entries) = tokens.eat_group(Delimiter::Parenthesis) else {
            let message = format!("write `{owner}(...)`");
            return Err(Refusal::new(tokens.place(), message));
        };
        let mut entries = Tokens::inside(&entries);
        while !entries.is_at_end() {
            let name = entries.ident()?;
            let mut attribute = Self {
                name: format!("{owner}({name})"),
                value: None,
                span: name.span(),
            };
            if entries.eat('=') {
                attribute.value = Some(string(&mut entries)?);
            } else if entries.eat_group(Delimiter::Parenthesis).is_some() {
                return Err(attribute.unknown("with parentheses"));
            }
            all.push(attribute);
            if !entries.eat(',') && !entries.is_at_end() {
                return Err(Refusal::new(entries.place(), "a comma is expected here"));
            }
        }
        Ok(())
    }

    /// The refusal of what is not known at its place.
    pub(super) fn unknown(&self, place: &str) -> Refusal {
        let name = &self.name;
        Refusal::new(
            self.span,
            format!("`{name}` is not known {place}: remove it, or write the impl by hand"),
        )
    }

    /// The refusal of what is known, but not so.
    pub(super) fn refused(&self, message: &str) -> Refusal {
        Refusal::new(self.span, message)
    }
}

fn string(tokens: &mut Tokens) -> Result<String, Refusal> {
    let place = tokens.place();
    match tokens.next() {
        Some(TokenTree::Literal(literal)) if literal.to_string().ends_with(['"', '#']) => {
            Ok(literal.to_string())
        }
        _ => Err(Refusal::new(place, "a string is expected here")),
    }
}
