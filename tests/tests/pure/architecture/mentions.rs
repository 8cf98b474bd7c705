//! The paths in a piece of code, including those in macros and in the strings of attributes.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// What was found in a stream of tokens.
#[derive(Default)]
pub(crate) struct Mentions {
    /// Paths in the order of the code: `["crate", "wire", "Error"]`. A single name is included only if it is hardly a
    /// variable: a capitalized name, a call, or a macro.
    pub(crate) paths: Vec<Vec<String>>,
    /// The `use` declarations inside functions.
    pub(crate) uses: Vec<syn::ItemUse>,
}

impl Mentions {
    pub(crate) fn of(tokens: TokenStream) -> Self {
        let mut found = Self::default();
        found.scan(tokens, false);
        found
    }

    /// Strings in attributes are code: `#[serde(with = "super::seconds")]`.
    fn scan(&mut self, tokens: TokenStream, strings_are_code: bool) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += match &tokens[at] {
                TokenTree::Ident(_) => self.ident(&tokens, at),
                TokenTree::Group(group) => {
                    if is_attribute(&tokens, at) {
                        self.attribute(group);
                    } else {
                        self.scan(group.stream(), strings_are_code);
                    }
                    1
                }
                TokenTree::Literal(literal) if strings_are_code => {
                    let text: Option<syn::LitStr> = syn::parse_str(&literal.to_string()).ok();
                    if let Some(code) = text.and_then(|text| text.value().parse().ok()) {
                        self.scan(code, true);
                    }
                    1
                }
                _ => 1,
            };
        }
    }

    /// Documentation is text, and its links import nothing.
    fn attribute(&mut self, group: &Group) {
        let is_doc = matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc");
        if !is_doc {
            self.scan(group.stream(), true);
        }
    }

    /// Reads the path that begins here. Returns how many tokens it has.
    fn ident(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        if name(&tokens[start]).is_some_and(|name| name == "use")
            && let Some((declaration, taken)) = declaration(&tokens[start..])
        {
            self.uses.push(declaration);
            return taken;
        }
        let mut path = Vec::new();
        let mut end = start;
        while let Some(name) = tokens.get(end).and_then(name) {
            path.push(name);
            end += 1;
            if !is_separator(tokens, end) {
                break;
            }
            end += 2;
        }
        // Before a turbofish, or before the braces of a `use`, the colons are not part of the path.
        let taken = end - start;
        if is_part_of_something(tokens, start) || path.len() == 1 && is_variable(tokens, start) {
            return taken;
        }
        self.paths.push(path);
        taken
    }
}

/// A `use` inside a function, unless it contains a macro's variables.
fn declaration(tokens: &[TokenTree]) -> Option<(syn::ItemUse, usize)> {
    let end = (0..tokens.len()).find(|at| is_punct(tokens, *at, ';'))? + 1;
    let declaration = syn::parse2(tokens[..end].iter().cloned().collect());
    Some((declaration.ok()?, end))
}

/// A field, a method, a lifetime, the name of a new function, or what follows a turbofish or `<T as Trait>`.
fn is_part_of_something(tokens: &[TokenTree], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return false;
    };
    let is_field =
        is_punct(tokens, before, '.') && !(before > 0 && is_punct(tokens, before - 1, '.'));
    is_field
        || before > 0 && is_separator(tokens, before - 1)
        || is_punct(tokens, before, '\'')
        || name(&tokens[before]).is_some_and(|name| name == "fn")
}

fn is_variable(tokens: &[TokenTree], at: usize) -> bool {
    let name = name(&tokens[at]).unwrap_or_default();
    let is_called = match tokens.get(at + 1) {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '!' && !is_punct(tokens, at + 2, '='),
        _ => false,
    };
    !is_called && !is_separator(tokens, at + 1) && !name.starts_with(char::is_uppercase)
}

/// `#[...]` or `#![...]`.
fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let is_after = |mark, back| at >= back && is_punct(tokens, at - back, mark);
    is_after('#', 1) || is_after('!', 1) && is_after('#', 2)
}

/// `::`, and not what stands between a field and a path that begins with it.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_joint = matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
    is_joint && is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

fn is_punct(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

fn name(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let found = |code: &str| {
        let found = Mentions::of(code.parse().unwrap());
        let paths = found.paths.iter().map(|path| path.join("::"));
        paths.collect::<Vec<_>>().join(" ")
    };
    for (code, paths) in [
        (
            "fn f(a: crate::a::B) -> super::C { a }",
            "crate::a::B super::C",
        ),
        ("crate\n::\na::b", "crate::a::b"),
        ("vec![crate::a::b]", "vec crate::a::b"),
        ("$crate::a::b()", "crate::a::b"),
        ("a.b(c).d", ""),
        ("x..Y::z", "Y::z"),
        ("a::<T>::b()", "a T"),
        ("<A as b::C>::d", "A b::C"),
        ("f(x != y, g!(z))", "f g"),
        ("a: ::b::C", ""),
        ("&'a A", "A"),
        ("r#match::Kind", "match::Kind"),
        (
            "#[serde(with = \"super::seconds\")] x",
            "serde super::seconds",
        ),
        ("#[doc = \"crate::a\"] #![doc(crate::a)] \"crate::b\"", ""),
    ] {
        assert_eq!(found(code), paths, "{code}");
    }
}

#[test]
fn declarations_inside_of_functions_are_found() {
    let found = Mentions::of("{ use a::{b, c}; use $x::d; }".parse().unwrap());
    assert_eq!(found.uses.len(), 1);
}
